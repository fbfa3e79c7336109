'use client';
import Link from 'next/link';
import { useCallback, useState } from 'react';
import { Label, RadioButton, RadioField, RadioGroup } from 'react-aria-components';
import { Button } from '@/components/ui/Button';
import { Actions, Notice, Panel } from '@/components/ui/Panel';
import { sendSatisfaction } from './session-api';
import styles from './session.module.css';

const RATINGS = ['Very good', 'Good', 'So-so', 'Not good', 'Not good at all'];

/** One question about how it was; it may be left out. */
export function Satisfaction({ session_id, onDone }: { session_id: string; onDone: () => void }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const send = useCallback(async () => {
    setSending(true);
    setProblem(null);
    try {
      await sendSatisfaction(session_id, Number(chosen));
      onDone();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'This did not work. Please try again.');
      setSending(false);
    }
  }, [chosen, onDone, session_id]);

  return (
    <Panel title="Thank you. You have done it all">
      <RadioGroup value={chosen} onChange={setChosen} className={styles.ratings ?? ''}>
        <Label>How was it for you?</Label>
        {RATINGS.map((words, index) => (
          <RadioField key={words} value={String(RATINGS.length - index)}>
            <RadioButton className={styles.rating ?? ''}>{words}</RadioButton>
          </RadioField>
        ))}
      </RadioGroup>
      {problem && (
        <Notice tone="alert">
          <p>{problem}</p>
        </Notice>
      )}
      <Actions>
        <Button look="primary" isDisabled={chosen === null || isSending} onPress={() => void send()}>
          Send
        </Button>
        <Button look="quiet" onPress={onDone}>
          Leave it out
        </Button>
      </Actions>
    </Panel>
  );
}

export function Thanks() {
  return (
    <Panel title="Thank you for taking part">
      <p>Everything has arrived. The people who invited you will look at your answers and talk with you about them.</p>
      <p>You can close this page now.</p>
      <p>
        <Link href="/my-consent">Your consent, and how to withdraw it</Link>
      </p>
    </Panel>
  );
}
