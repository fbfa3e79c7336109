'use client';
import { useCallback, useEffect, useState } from 'react';
import { Label, RadioButton, RadioField, RadioGroup } from 'react-aria-components';
import { Button } from '@/components/ui/Button';
import { Actions, Notice, Panel, Waiting } from '@/components/ui/Panel';
import { type Outbox, type OutboxState, Refused } from '@/lib/outbox';
import { complete, sendSatisfaction } from './session-api';
import styles from './session.module.css';

interface CompletingProps {
  session_id: string;
  question_count: number;
  outbox: Outbox;
  onCompleted: () => void;
}

/** Sends what still waits, then closes the session. */
export function Completing({ session_id, question_count, outbox, onCompleted }: CompletingProps) {
  const [state, setState] = useState<OutboxState>({ waiting: 0, trouble: null });
  const [problem, setProblem] = useState<Error | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => outbox.subscribe(session_id, setState), [outbox, session_id]);

  useEffect(() => {
    let isLeft = false;
    const close = async () => {
      await outbox.whenEmpty(session_id);
      await complete(session_id, question_count);
    };
    close().then(
      () => {
        if (!isLeft) onCompleted();
      },
      (error: unknown) => {
        if (!isLeft) setProblem(error instanceof Error ? error : new Error('This did not work.'));
      },
    );
    return () => {
      isLeft = true;
    };
  }, [onCompleted, outbox, question_count, round, session_id]);

  return (
    <Panel title="All tasks are done">
      {problem ? (
        <Notice tone="alert">
          <p>{problem.message}</p>
          {problem instanceof Refused && (
            <p>
              These answers are kept on this device. Please tell the people who invited you what stands above; you may
              close this page, and the link in your invitation brings you back here.
            </p>
          )}
        </Notice>
      ) : (
        <Waiting>
          {state.waiting === 0 ? 'Closing your session …' : `Sending your last answers: ${state.waiting} to go …`}
        </Waiting>
      )}
      {state.trouble && !problem && (
        <Notice tone="warning">
          <p>{state.trouble}</p>
          <p>Please leave this page open; it goes on by itself as soon as that works again.</p>
        </Notice>
      )}
      {problem && (
        <Actions>
          <Button
            look="primary"
            onPress={() => {
              setProblem(null);
              void outbox.retryRefused(session_id).then(() => setRound(round + 1));
            }}
          >
            Try again
          </Button>
        </Actions>
      )}
    </Panel>
  );
}

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
    </Panel>
  );
}
