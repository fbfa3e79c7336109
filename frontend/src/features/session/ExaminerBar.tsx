'use client';
import { useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { Actions } from '@/components/ui/Panel';
import styles from './session.module.css';

const REASONS = [
  'The person does not want to answer',
  'The person is tired',
  'The person does not hear or see well enough',
  'We were interrupted',
];

interface Props {
  onRepeat: () => void;
  onLeaveOut: (note: string) => void;
}

/** What staff beside the person may do with a question: put it again, or leave it out and say why. */
export function ExaminerBar({ onRepeat, onLeaveOut }: Props) {
  const [isAsking, setAsking] = useState(false);
  const [note, setNote] = useState('');
  return (
    <section className={styles.examiner} aria-label="For the examiner">
      <span>For the examiner</span>
      <Button look="quiet" onPress={onRepeat}>
        Repeat this question
      </Button>
      <Button look="quiet" onPress={() => setAsking(true)}>
        Leave it out …
      </Button>
      <Dialog title="Why is this question left out?" isOpen={isAsking} onClose={() => setAsking(false)}>
        <div className={styles.reasons}>
          {REASONS.map((reason) => (
            <Button key={reason} onPress={() => setNote(reason)}>
              {reason}
            </Button>
          ))}
        </div>
        <label className={styles.note}>
          <span>In your words</span>
          <input value={note} maxLength={200} onChange={(event) => setNote(event.target.value)} />
        </label>
        <Actions>
          <Button
            look="primary"
            isDisabled={note.trim() === ''}
            onPress={() => {
              setAsking(false);
              setNote('');
              onLeaveOut(note.trim());
            }}
          >
            Leave it out
          </Button>
          <Button onPress={() => setAsking(false)}>Back to the question</Button>
        </Actions>
      </Dialog>
    </section>
  );
}
