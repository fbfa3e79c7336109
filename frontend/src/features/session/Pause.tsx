import Link from 'next/link';
import { Button } from '@/components/ui/Button';
import { Actions, Panel } from '@/components/ui/Panel';

interface Props {
  /** Whether what runs may not be interrupted: the pause then comes after it. */
  isLater: boolean;
  /** Whether it was asked for already. */
  isDue: boolean;
  onPause: () => void;
}

/** Asks for a pause. */
export function PauseButton({ isLater, isDue, onPause }: Props) {
  return (
    <Button isDisabled={isLater && isDue} onPress={onPause}>
      {!isLater ? 'Pause' : isDue ? 'A pause comes next' : 'Pause after this'}
    </Button>
  );
}

/** Nothing is asked until the person goes on. */
export function Paused({ onGoOn }: { onGoOn: () => void }) {
  return (
    <Panel title="Pause">
      <p>Take your time. Everything that you have answered is kept.</p>
      <p>
        A question that you have not answered yet is asked again. You may also close this page: the link in your
        invitation brings you back here.
      </p>
      <p>
        <Link href="/my-consent">Your consent, and how to withdraw it</Link>
      </p>
      <Actions>
        <Button look="primary" onPress={onGoOn}>
          Go on
        </Button>
      </Actions>
    </Panel>
  );
}
