'use client';
import Link from 'next/link';
import { useCallback, useEffect, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Frame } from '@/components/ui/Page';
import { Actions, Panel, Waiting } from '@/components/ui/Panel';
import { ApiProblem } from '@/lib/api-client';
import { closeDraft, reopenDraft } from '@/lib/draft';
import { Outbox } from '@/lib/outbox';
import { forgetKeys, sessionKey } from '@/lib/sealing';
import { ServicesProvider, realServices } from '@/lib/services';
import { Consent } from './Consent';
import { DeviceCheck } from './DeviceCheck';
import { Completing, Kept } from './Completing';
import { Satisfaction, Thanks } from './End';
import { type Invited, rememberedInvitation } from '@/lib/invited';
import { type ConsentState, getConsent, getSession, giveConsent, me, startSession } from './session-api';
import { Tasks } from './Tasks';
import type { Session } from './types';
import { type Tab, useOnlyTab } from './useOnlyTab';
import { tellEvent } from './useSessionEvents';
import { type Answered, keyOf } from './way';

type Stage =
  | { at: 'loading' }
  | { at: 'failed'; words: string }
  | { at: 'not_invited' | 'declined' | 'thanks' | 'withdrawn' }
  | { at: 'consent'; consent: ConsentState; begin: Invited | Session }
  | { at: 'device_check' | 'tasks'; session: Session; waiting: Answered }
  | { at: 'completing'; session: Session; answered: ReadonlySet<string> }
  | { at: 'kept'; session: Session; answered: ReadonlySet<string>; words: string }
  | { at: 'satisfaction'; session: Session };

/** A participant's whole way: consent, device check, tasks, end. It goes on where it was left. */
export function SessionWay() {
  const [services] = useState(realServices);
  const { tab, isTaken, takeOver } = useOnlyTab();
  return (
    <ServicesProvider value={services}>
      {tab === 'mine' ? <Way isTaken={isTaken} /> : <NotHere tab={tab} onTakeOver={takeOver} />}
    </ServicesProvider>
  );
}

function Way({ isTaken }: { isTaken: boolean }) {
  const [outbox] = useState(() => new Outbox());
  const [session_id] = useState(() => crypto.randomUUID()); // once: a second press begins no second session
  const [stage, setStage] = useState<Stage>({ at: 'loading' });
  const [round, setRound] = useState(0);

  useEffect(() => {
    let isLeft = false;
    firstStage(outbox, isTaken)
      .catch((error: unknown): Stage => failed(error))
      .then((found) => {
        if (!isLeft) setStage(found);
      })
      .catch(() => undefined); // both ways are taken above
    return () => {
      isLeft = true;
    };
  }, [isTaken, outbox, round]);

  useEffect(() => leave, []);

  const session = 'session' in stage ? stage.session : null;
  const onDone = useCallback(
    (answered: ReadonlySet<string>) => {
      if (session) setStage({ at: 'completing', session, answered });
    },
    [session],
  );
  const onCompleted = useCallback(() => {
    forgetKeys(); // nothing is kept here any more
    if (session) setStage({ at: 'satisfaction', session });
  }, [session]);

  if (stage.at === 'tasks') return <Tasks {...stage} outbox={outbox} onDone={onDone} />;
  return (
    <Frame>
      {stage.at === 'loading' && <Waiting>Opening your session …</Waiting>}
      {stage.at === 'failed' && <Failed words={stage.words} onAgain={() => setRound(round + 1)} />}
      {stage.at === 'not_invited' && <NotInvited />}
      {stage.at === 'consent' && (
        <Consent
          consent={stage.consent}
          onDecline={() => setStage({ at: 'declined' })}
          onConsent={async () => setStage(await agreed(outbox, session_id, stage, isTaken))}
        />
      )}
      {stage.at === 'withdrawn' && <Withdrawn />}
      {stage.at === 'declined' && <Declined onBack={() => setRound(round + 1)} />}
      {stage.at === 'device_check' && (
        <DeviceCheck
          hasSpoken={stage.session.plan.parts.some((part) => part.questions.some((q) => q.kind === 'spoken'))}
          onDone={() => setStage({ ...stage, at: 'tasks' })}
        />
      )}
      {stage.at === 'completing' && (
        <Completing
          session_id={stage.session.id}
          answered={stage.answered}
          {...{ outbox, onCompleted }}
          onLeave={(words) => setStage({ ...stage, at: 'kept', words })}
        />
      )}
      {stage.at === 'kept' && <Kept words={stage.words} onAgain={() => setStage({ ...stage, at: 'completing' })} />}
      {stage.at === 'satisfaction' && (
        <Satisfaction session_id={stage.session.id} onDone={() => setStage({ at: 'thanks' })} />
      )}
      {stage.at === 'thanks' && <Thanks />}
    </Frame>
  );
}

/** Where this device goes on; that it was opened again, or in another tab, is told with the answers. */
async function firstStage(outbox: Outbox, isTaken: boolean): Promise<Stage> {
  await outbox.adoptUnfinished();
  const { user, session_id } = await me();
  if (user.role !== 'participant') return { at: 'not_invited' };
  const invited = rememberedInvitation();
  if (!session_id) return invited ? consentTo(invited) : { at: 'not_invited' };
  const session = await getSession(session_id);
  if (session.state === 'completed') return { at: 'thanks' };
  if (session.state === 'withdrawn') return { at: 'withdrawn' };
  const asked = await consentTo(session);
  return asked.consent.is_to_ask ? asked : goOn(outbox, session, isTaken);
}

async function consentTo(begin: Invited | Session): Promise<Extract<Stage, { at: 'consent' }>> {
  return { at: 'consent', consent: await getConsent(begin.locale), begin };
}

/** The participant has agreed: a new session begins, or one that was begun under other words goes on. */
async function agreed(
  outbox: Outbox,
  session_id: string,
  { consent: { is_to_ask, text }, begin }: Extract<Stage, { at: 'consent' }>,
  isTaken: boolean,
): Promise<Stage> {
  if ('plan' in begin) {
    await giveConsent(text);
    return goOn(outbox, begin, isTaken);
  }
  const started = await startSession(session_id, begin.battery, begin.locale, is_to_ask ? text : null);
  await unlock(started.id);
  return { at: 'device_check', session: started, waiting: new Map() };
}

async function goOn(outbox: Outbox, session: Session, isTaken: boolean): Promise<Stage> {
  const session_id = session.id;
  await unlock(session_id);
  const waiting = await waitingIn(outbox, session_id);
  tellEvent(outbox, session, isTaken ? 'second_tab' : 'reloaded');
  await outbox.retryRefused(session_id); // what was refused before may be taken now
  const answered = new Set([
    ...session.answered.map((a) => keyOf(a.instrument, a.item_id, a.attempt)),
    ...waiting.keys(),
  ]);
  const isOver = session.plan.parts.every((part) =>
    part.questions.every((question) => answered.has(keyOf(part.instrument, question.item_id))),
  );
  return isOver ? { at: 'completing', session, answered } : { at: 'device_check', session, waiting };
}

/** With the key of what this device keeps of a session in memory everything goes on without the network too. */
async function unlock(session_id: string): Promise<void> {
  await sessionKey(session_id);
  await reopenDraft(session_id);
}

/** The page is left: whoever opens it next has to be who gave what is kept here. */
function leave(): void {
  closeDraft();
  forgetKeys();
}

/** Answers that a closed tab has left in the outbox: they count as given, when they were given. */
async function waitingIn(outbox: Outbox, session_id: string): Promise<Answered> {
  const calls = (await outbox.waitingCalls(session_id)).filter((call) => call.path.includes('/questions/'));
  return new Map(
    calls.map((call) => {
      const body = call.body as { instrument: string; item_id: string; attempt: number; answered_at: string };
      return [keyOf(body.instrument, body.item_id, body.attempt), Date.parse(body.answered_at)];
    }),
  );
}

function failed(error: unknown): Stage {
  if (error instanceof ApiProblem && error.status === 401) return { at: 'not_invited' };
  return { at: 'failed', words: error instanceof Error ? error.message : 'Your session could not be opened.' };
}

function Failed({ words, onAgain }: { words: string; onAgain: () => void }) {
  return (
    <Panel title="Your session could not be opened">
      <p>{words}</p>
      <Actions>
        <Button look="primary" onPress={onAgain}>
          Try again
        </Button>
      </Actions>
    </Panel>
  );
}

function NotInvited() {
  return (
    <Panel title="Please open your invitation">
      <p>
        To take part, open the link in your invitation on this device. It also brings you back to a session that you
        have begun.
      </p>
      <p>
        <Link href="/">To the start page</Link>
      </p>
    </Panel>
  );
}

function Withdrawn() {
  return (
    <Panel title="You have withdrawn your consent">
      <p>Nothing more is recorded. To take part after all, please ask the people who invited you for a new link.</p>
      <p>
        <Link href="/my-consent">What happens with what you gave</Link>
      </p>
    </Panel>
  );
}

function Declined({ onBack }: { onBack: () => void }) {
  return (
    <Panel title="That is all right">
      <p>Nothing was recorded. If you change your mind, the link in your invitation still works.</p>
      <Actions>
        <Button onPress={onBack}>Back to the consent</Button>
      </Actions>
    </Panel>
  );
}

function NotHere({ tab, onTakeOver }: { tab: Tab; onTakeOver: () => void }) {
  return (
    <Frame>
      {tab === 'asking' ? (
        <Waiting>Opening your session …</Waiting>
      ) : (
        <Panel title="Your session is open in another window">
          <p>Please go on there. If you cannot find it, you can go on here; the other window then stops.</p>
          <Actions>
            <Button look="primary" onPress={onTakeOver}>
              Go on here
            </Button>
          </Actions>
        </Panel>
      )}
    </Frame>
  );
}
