'use client';
import { useEffect, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Actions, Notice, Panel, Waiting } from '@/components/ui/Panel';
import { NOTHING_WAITS, type Outbox, type OutboxState, Refused } from '@/lib/outbox';
import { complete, getSession } from './session-api';
import { keyOf } from './way';

interface CompletingProps {
  session_id: string;
  /** What was answered here or, as far as was known here, elsewhere: item and attempt. */
  answered: ReadonlySet<string>;
  outbox: Outbox;
  onCompleted: () => void;
  /** The person ends here although something is not there yet, for this reason. */
  onLeave: (words: string) => void;
}

/** Sends what still waits, then closes the session; nobody is held here by what does not work. */
export function Completing({ session_id, answered, outbox, onCompleted, onLeave }: CompletingProps) {
  const [state, setState] = useState<OutboxState>(NOTHING_WAITS);
  const [problem, setProblem] = useState<Error | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => outbox.subscribe(session_id, setState), [outbox, session_id]);

  useEffect(() => {
    let isLeft = false;
    const close = async () => {
      await outbox.whenEmpty(session_id);
      await closeSession(session_id, answered);
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
  }, [answered, onCompleted, outbox, round, session_id]);

  const words = problem?.message ?? state.trouble;
  return (
    <Panel title="All tasks are done">
      {!problem && (
        <Waiting>
          {state.waiting === 0 ? 'Closing your session …' : `Sending your last answers: ${state.waiting} to go …`}
        </Waiting>
      )}
      {words !== null && <Reason words={words} problem={problem} />}
      {words !== null && (
        <Actions>
          {problem && (
            <Button
              look="primary"
              onPress={() => {
                setProblem(null);
                void outbox.retryRefused(session_id).then(() => setRound(round + 1));
              }}
            >
              Try again
            </Button>
          )}
          <Button look={problem ? 'plain' : 'quiet'} onPress={() => onLeave(words)}>
            Finish for now
          </Button>
        </Actions>
      )}
    </Panel>
  );
}

/** Close the session; what another tab has answered meanwhile counts too. */
async function closeSession(session_id: string, answered: ReadonlySet<string>): Promise<void> {
  const session = await getSession(session_id);
  if (session.state === 'completed') return;
  const there = session.answered.map((one) => keyOf(one.instrument, one.item_id, one.attempt));
  await complete(session_id, new Set([...answered, ...there]).size);
}

function Reason({ words, problem }: { words: string; problem: Error | null }) {
  if (!problem)
    return (
      <Notice tone="warning">
        <p>{words}</p>
        <p>Please leave this page open; it goes on by itself as soon as that works again.</p>
      </Notice>
    );
  return (
    <Notice tone="alert">
      {problem instanceof Refused && <p>Some of your answers could not be handed over. The reason given is:</p>}
      <p>{words}</p>
      <p>Your answers are kept. You can try again, or finish for now and tell the people who invited you.</p>
    </Notice>
  );
}

/** The person is done; what is missing is for the staff to put right. */
export function Kept({ words, onAgain }: { words: string; onAgain: () => void }) {
  return (
    <Panel title="Thank you. You have done it all">
      <p>Not everything could be handed over yet. What is missing is kept on this device, in this browser.</p>
      <Notice>
        <p>Please tell the people who invited you:</p>
        <p>
          <b>{words}</b>
        </p>
      </Notice>
      <p>
        You can close this page now. When they have put it right, open the link in your invitation on this device once
        more: the rest is then sent, and nothing is asked again.
      </p>
      <Actions>
        <Button onPress={onAgain}>Try again now</Button>
      </Actions>
    </Panel>
  );
}
