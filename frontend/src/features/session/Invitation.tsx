'use client';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Frame } from '@/components/ui/Page';
import { Actions, Notice, Panel, Waiting } from '@/components/ui/Panel';
import { ApiProblem } from '@/lib/api-client';
import { type Look, accept, look } from './session-api';
import { rememberExaminer, rememberInvitation } from '@/lib/invited';

type State =
  | { step: 'looking' }
  | { step: 'invited'; look: Look; isAccepting: boolean; problem: string | null }
  | { step: 'ended'; words: string }
  | { step: 'failed'; words: string };

/** The token stays in the address's fragment, which no server sees; looking uses nothing up. */
export function Invitation() {
  const router = useRouter();
  const [state, setState] = useState<State>({ step: 'looking' });
  const [round, setRound] = useState(0);

  useEffect(() => {
    const token = window.location.hash.slice(1);
    const lookUp = token ? look(token) : Promise.reject(new ApiProblem({ status: 404, code: 'not_found', title: '' }));
    lookUp.then(
      (found) => setState({ step: 'invited', look: found, isAccepting: false, problem: null }),
      (error: unknown) => setState(endOf(error)),
    );
  }, [round]);

  async function begin(invited: Look) {
    setState({ step: 'invited', look: invited, isAccepting: true, problem: null });
    try {
      const { battery, locale } = await accept(window.location.hash.slice(1));
      rememberInvitation({ battery, locale });
      rememberExaminer(false); // whoever opens a link is by themselves
      router.push('/session');
    } catch (error) {
      const problem = error instanceof Error ? error.message : 'This did not work. Please try again.';
      setState({ step: 'invited', look: invited, isAccepting: false, problem });
    }
  }

  return (
    <Frame>
      {state.step === 'looking' && <Waiting>Opening your invitation …</Waiting>}
      {state.step === 'ended' && (
        <Panel title="This invitation cannot be used">
          <p>{state.words}</p>
          <p>Please ask the people who invited you for a new link.</p>
        </Panel>
      )}
      {state.step === 'failed' && (
        <Panel title="Your invitation could not be opened">
          <p>{state.words}</p>
          <Actions>
            <Button look="primary" onPress={() => setRound(round + 1)}>
              Try again
            </Button>
          </Actions>
        </Panel>
      )}
      {state.step === 'invited' && state.look.is_completed && (
        <Panel title="You have taken part already">
          <p>Thank you. Everything has arrived, and the people who invited you will talk with you about it.</p>
        </Panel>
      )}
      {state.step === 'invited' && !state.look.is_completed && (
        <Invited
          look={state.look}
          isAccepting={state.isAccepting}
          problem={state.problem}
          onBegin={() => void begin(state.look)}
        />
      )}
    </Frame>
  );
}

function endOf(error: unknown): State {
  if (error instanceof ApiProblem && [404, 410, 422].includes(error.status)) {
    const words =
      error.status === 410
        ? 'It has ended, or it was withdrawn.'
        : 'The link is not complete, or it is not known here.';
    return { step: 'ended', words };
  }
  return { step: 'failed', words: error instanceof Error ? error.message : 'The server cannot be reached.' };
}

interface InvitedProps {
  look: Look;
  isAccepting: boolean;
  problem: string | null;
  onBegin: () => void;
}

function Invited({ look: found, isAccepting, problem, onBegin }: InvitedProps) {
  return (
    <Panel title={found.is_started ? 'Welcome back' : 'You are invited'}>
      <p>
        {found.organisation} invites you to: <b>{found.title}</b>, about {found.minutes} minutes.
      </p>
      <ul>
        <li>Find a quiet room where nobody disturbs you.</li>
        <li>Wear your glasses or hearing aid if you use them.</li>
        <li>You answer aloud, so the device needs a microphone.</li>
        <li>Please do it alone and without notes, a clock or a calendar.</li>
        <li>You can pause at any time and go on later with the same link.</li>
      </ul>
      {problem && (
        <Notice tone="alert">
          <p>{problem}</p>
        </Notice>
      )}
      <Actions>
        <Button look="primary" isDisabled={isAccepting} onPress={onBegin}>
          {found.is_started ? 'Go on' : 'I am ready'}
        </Button>
      </Actions>
    </Panel>
  );
}
