import { Button } from '@/components/ui/Button';
import { Actions, Panel } from '@/components/ui/Panel';
import styles from './session.module.css';

/** What the organisation wants somebody to read at once whose answer raises a flag. */
export function Help({ text, onGoOn }: { text: string; onGoOn: () => void }) {
  return (
    <Panel title="Please read this">
      {text.split(/\n\s*\n/).map((paragraph) => (
        <p key={paragraph} className={styles.instruction} style={{ whiteSpace: 'pre-line' }}>
          {paragraph}
        </p>
      ))}
      <p>Your answers are kept. You can go on now, or stop here: the link in your invitation brings you back.</p>
      <Actions>
        <Button look="primary" onPress={onGoOn}>
          I have read this
        </Button>
      </Actions>
    </Panel>
  );
}
