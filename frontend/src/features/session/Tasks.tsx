'use client';
import Link from 'next/link';
import { useCallback, useEffect, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Frame } from '@/components/ui/Page';
import { Actions, Panel, Waiting } from '@/components/ui/Panel';
import { Progress } from '@/components/ui/Progress';
import { needsHelp } from '@/features/tasks/form/form';
import { isExaminerBeside } from '@/lib/invited';
import type { Outbox } from '@/lib/outbox';
import { Break, Delay } from './DelayAndBreak';
import { ExaminerBar } from './ExaminerBar';
import { Help } from './Help';
import { Instructions } from './Instructions';
import { PractiseFeedback } from './PractiseFeedback';
import { Question } from './Question';
import { SavedState } from './SavedState';
import styles from './session.module.css';
import type { Response, Session, SpokenText } from './types';
import { useMicrophone } from './useMicrophone';
import { useSessionEvents } from './useSessionEvents';
import { type Asked, type Times, useTasks } from './useTasks';
import { type Answered, keyOf, stepOf } from './way';

interface Props {
  session: Session;
  outbox: Outbox;
  /** Answers that wait in the outbox of this browser. */
  waiting: Answered;
  /** All is answered: item and attempt of each answer. */
  onDone: (answered: ReadonlySet<string>) => void;
}

/** The tasks one after the other, with progress, a pause, and what is said before each. */
export function Tasks({ session, outbox, waiting, onDone }: Props) {
  const tasks = useTasks(session, outbox, waiting);
  const tell = useSessionEvents(session, outbox);
  const [isPaused, setPaused] = useState(false);
  const [isTimed, setTimed] = useState(false);
  const [introduced, setIntroduced] = useState<ReadonlySet<string>>(new Set());
  const [isHelped, setHelped] = useState(false); // the help text is shown until it was read
  const [isBeside] = useState(isExaminerBeside);
  const [repeats, setRepeats] = useState(0); // an examiner had the question put again
  const [isContinuing, setContinuing] = useState(false); // after a reload or a pause, the person presses a button first
  const { answer, asked, endBreak, isBreak, isLooking, lookAgain, practised, wait } = tasks;
  const introduction = asked && introductionOf(asked, tasks.opens, introduced);
  const onLost = useCallback(() => tell('microphone_lost'), [tell]);
  const isSpoken = asked?.question.kind === 'spoken' && !isBreak;
  const mic = useMicrophone(isSpoken && !isPaused && !introduction, onLost);

  useEffect(() => {
    if (!asked && !wait && !isLooking && !isHelped) onDone(new Set(tasks.answered.keys()));
  }, [asked, isHelped, isLooking, onDone, tasks.answered, wait]);
  useEffect(() => {
    if (!isBreak) return;
    tell('break_started');
    return () => tell('break_ended');
  }, [isBreak, tell]);

  const onAnswer = useCallback(
    (question_id: string, response: Response, times: Times) => {
      setContinuing(true);
      if (response.kind === 'trials' && asked) setHelped(needsHelp(asked.question.parameters, response.trials));
      if (asked) void answer(asked, question_id, response, times);
    },
    [answer, asked],
  );

  function repeat({ part, question }: Asked) {
    tell('repeated', { instrument: part.instrument, item_id: question.item_id });
    setContinuing(false);
    setRepeats(repeats + 1);
  }

  function leaveOut(to: Asked, note: string) {
    const now = new Date();
    const response: Response = { kind: 'skipped', reason: 'examiner', note };
    setContinuing(false);
    void answer(to, crypto.randomUUID(), response, { presented_at: now, answered_at: now });
  }

  function pause() {
    tell('paused');
    setContinuing(false);
    setPaused(true);
  }

  function resume() {
    tell('resumed');
    setPaused(false);
    lookAgain();
  }

  if (isHelped)
    return (
      <Frame>
        <Help text={session.help_text} onGoOn={() => setHelped(false)} />
        <SavedState outbox={outbox} session_id={session.id} />
      </Frame>
    );
  if (isBreak)
    return (
      <Frame>
        <Break onGoOn={endBreak} />
        <SavedState outbox={outbox} session_id={session.id} />
      </Frame>
    );
  if (!asked && wait)
    return (
      <Frame>
        <div className={styles.top}>
          <Progress label={wait.part.title} fraction={tasks.progress} detail={placeIn(session, tasks.answered)} />
        </div>
        <Delay key={wait.until_ms} wait={wait} onOver={lookAgain} />
        <SavedState outbox={outbox} session_id={session.id} />
      </Frame>
    );
  if (!asked) return null;
  const canPause = !isPaused && !isTimed; // a timed block that was paused would be worth nothing
  const id = keyOf(asked.part.instrument, asked.question.item_id, asked.attempt);
  return (
    <Frame aside={canPause ? <Button onPress={pause}>Pause</Button> : undefined}>
      <div className={styles.top}>
        <Progress label={asked.part.title} fraction={tasks.progress} detail={placeIn(session, tasks.answered)} />
      </div>
      {isPaused ? (
        <Paused onGoOn={resume} />
      ) : practised ? (
        <PractiseFeedback practised={practised} onGoOn={tasks.endPractice} />
      ) : isLooking ? (
        <Panel title="One moment, please">
          <Waiting>Your answer is kept. The next question comes in a few seconds.</Waiting>
        </Panel>
      ) : introduction ? (
        <Instructions
          key={introduction.id}
          title={asked.part.title}
          texts={introduction.texts}
          place={tasks.opens === 'instrument' ? `About ${Math.round(asked.part.minutes)} minutes` : null}
          onGoOn={() => {
            setIntroduced(new Set(introduced).add(introduction.id));
            setContinuing(true);
          }}
        />
      ) : (
        <Question
          key={`${id}/${repeats}`}
          {...{ asked, outbox, mic, onAnswer }}
          session_id={session.id}
          is_continuing={isContinuing}
          onTimed={setTimed}
          onFlagged={(item, option) => {
            const { part, question } = asked;
            tell('option_chosen', { instrument: part.instrument, item_id: question.item_id, item, option });
          }}
        />
      )}
      {isBeside && session.is_attended && !isPaused && !isTimed && !isLooking && !practised && (
        <ExaminerBar onRepeat={() => repeat(asked)} onLeaveOut={(note) => leaveOut(asked, note)} />
      )}
      <SavedState outbox={outbox} session_id={session.id} />
    </Frame>
  );
}

function placeIn(session: Session, answered: Answered): string {
  const { step, count } = stepOf(session.plan.parts, answered);
  return `Task ${step} of ${count}`;
}

/** What is said before this question, unless it was said already: the task's introduction, then its block's. */
function introductionOf(
  { part, question }: Asked,
  opens: 'instrument' | 'block' | null,
  introduced: ReadonlySet<string>,
): { id: string; texts: SpokenText[] } | null {
  const id = `${part.instrument}/${question.block ?? ''}`;
  if (opens === null || introduced.has(id)) return null;
  const ofBlock = part.blocks.find((b) => b.block === question.block)?.instructions ?? [];
  const texts = opens === 'instrument' ? [...part.instructions.slice(0, 1), ...ofBlock] : ofBlock;
  return texts.length === 0 ? null : { id, texts };
}

function Paused({ onGoOn }: { onGoOn: () => void }) {
  return (
    <Panel title="Pause">
      <p>Take your time. Everything that you have answered is kept.</p>
      <p>
        The question at which you paused is asked again. You may also close this page: the link in your invitation
        brings you back here.
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
