'use client';
import { useCallback, useEffect, useState } from 'react';
import { Frame } from '@/components/ui/Page';
import { Panel, Waiting } from '@/components/ui/Panel';
import { Progress } from '@/components/ui/Progress';
import { needsHelp } from '@/features/tasks/form/form';
import { isExaminerBeside } from '@/lib/invited';
import type { Outbox } from '@/lib/outbox';
import { Break, Delay } from './DelayAndBreak';
import { ExaminerBar } from './ExaminerBar';
import { Help } from './Help';
import { Instructions } from './Instructions';
import { PauseButton, Paused } from './Pause';
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
  const [isPauseDue, setPauseDue] = useState(false); // asked for while nothing may interrupt
  const [introduced, setIntroduced] = useState<ReadonlySet<string>>(new Set());
  const [isHelped, setHelped] = useState(false); // the help text is shown until it was read
  const [isBeside] = useState(isExaminerBeside);
  const [repeats, setRepeats] = useState(0); // an examiner had the question put again
  const [isContinuing, setContinuing] = useState(false); // after a reload or a pause, the person presses a button first
  const { answer, asked, begun, endBreak, isBreak, isLooking, lookAgain, practised, wait } = tasks;
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

  const pause = useCallback(() => {
    tell('paused');
    setContinuing(false);
    setPauseDue(false);
    setPaused(true);
  }, [tell]);

  const onAnswer = useCallback(
    (question_id: string, response: Response, times: Times) => {
      setContinuing(true);
      if (isPauseDue) pause();
      if (response.kind === 'trials' && asked) setHelped(needsHelp(asked.question.parameters, response.trials));
      if (asked) void answer(asked, question_id, response, times);
    },
    [answer, asked, isPauseDue, pause],
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
    if (isPauseDue) pause();
    void answer(to, crypto.randomUUID(), response, { presented_at: now, answered_at: now });
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
        <Break
          onGoOn={() => {
            if (isPaused) resume(); // the break was the pause
            endBreak();
          }}
        />
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
  const isMidway = isTimed && asked.question.kind !== 'spoken'; // a touch task leaves room for nothing beside it
  const id = keyOf(asked.part.instrument, asked.question.item_id, asked.attempt);
  return (
    <Frame
      aside={
        !isPaused &&
        !isMidway && (
          <PauseButton isLater={isTimed} isDue={isPauseDue} onPause={isTimed ? () => setPauseDue(true) : pause} />
        )
      }
    >
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
          onBegun={() => {
            const { part, question } = asked;
            if (begun(asked)) tell('begun_again', { instrument: part.instrument, item_id: question.item_id });
          }}
          onFlagged={(item, option) => {
            const { part, question } = asked;
            tell('option_chosen', { instrument: part.instrument, item_id: question.item_id, item, option });
          }}
        />
      )}
      {isBeside && session.is_attended && !isPaused && !isMidway && !isLooking && !practised && (
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
