'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Actions, Notice, Panel, Waiting } from '@/components/ui/Panel';
import { SpokenTask } from '@/features/tasks/spoken/SpokenTask';
import type { SpokenTrial } from '@/features/tasks/spoken/useSpokenTrial';
import { TOUCH_TASKS } from '@/features/tasks/touchTasks';
import type { Outbox } from '@/lib/outbox';
import type { AudioChunk, Microphone, Recording } from '@/lib/recorder';
import type { Response } from './types';
import type { OpenMicrophone } from './useMicrophone';
import type { Asked, Times } from './useTasks';

interface Props {
  asked: Asked;
  session_id: string;
  outbox: Outbox;
  mic: OpenMicrophone;
  is_continuing: boolean;
  onAnswer: (question_id: string, response: Response, times: Times) => void;
  onTimed: (isTimed: boolean) => void;
  /** What is asked begins to be heard, seen or timed. */
  onBegun: () => void;
  /** An option was chosen of which staff are told at once, whether the rest is ever answered or not. */
  onFlagged: (item: string, option: string) => void;
}

/** Puts one question and hands its answer on; everything recorded goes to the outbox as it comes. */
export function Question({ asked, session_id, outbox, mic, is_continuing, onAnswer, onFlagged, ...props }: Props) {
  const [question_id] = useState(() => crypto.randomUUID());
  const skip = useCallback(
    (reason: 'participant' | 'microphone') => {
      const now = new Date();
      onAnswer(question_id, { kind: 'skipped', reason }, { presented_at: now, answered_at: now });
    },
    [onAnswer, question_id],
  );
  const onTrials = useCallback(
    (trials: Record<string, unknown>[], summary: Record<string, unknown>, presented_at: Date) =>
      onAnswer(question_id, { kind: 'trials', trials, summary }, { presented_at, answered_at: new Date() }),
    [onAnswer, question_id],
  );

  const onTimed = useTimed(props);
  const TouchTask = TOUCH_TASKS[asked.question.kind];
  if (TouchTask)
    return (
      <TouchTask
        question={asked.question}
        practice={asked.part.practice}
        draft_key={`${session_id}/${asked.part.instrument}/${asked.question.item_id}`}
        onSkip={() => skip('participant')}
        {...{ onTrials, onTimed, onFlagged }}
      />
    );
  if (!mic.microphone) return <NoMicrophone mic={mic} onSkip={() => skip('microphone')} />;
  return (
    <Recorded
      {...{ asked, session_id, question_id, outbox, is_continuing, onAnswer, ...props }}
      microphone={mic.microphone}
      onSkip={() => skip('participant')}
    />
  );
}

/** Passes on whether a touch task's clock runs; once it does, what is asked has begun. */
function useTimed({ onTimed, onBegun }: Pick<Props, 'onTimed' | 'onBegun'>): Props['onTimed'] {
  const hasBegun = useRef(false);
  const told = useRef(onBegun); // the newest, without the task's clock being told of anew
  useEffect(() => {
    told.current = onBegun;
  });
  return useCallback(
    (isTimed) => {
      onTimed(isTimed);
      if (!isTimed || hasBegun.current) return;
      hasBegun.current = true;
      told.current();
    },
    [onTimed],
  );
}

interface RecordedProps extends Omit<Props, 'mic' | 'onFlagged'> {
  question_id: string;
  microphone: Microphone;
  onSkip: () => void;
}

function Recorded({ asked, session_id, question_id, outbox, microphone, onSkip, ...props }: RecordedProps) {
  const { onAnswer, ...toTask } = props;
  const recording_id = useRef<string | null>(null);
  const onBegin = useCallback(
    async ({ media_type }: Recording) => {
      const id = crypto.randomUUID(); // a new one for every try, so that no two recordings mix
      recording_id.current = id;
      await outbox.begin({ recording_id: id, session_id, question_id, media_type, settings: microphone.settings() });
    },
    [microphone, outbox, question_id, session_id],
  );
  const onChunk = useCallback(
    async ({ position, bytes }: AudioChunk) => {
      if (recording_id.current) await outbox.add(recording_id.current, position, bytes);
    },
    [outbox],
  );
  const onTrial = useCallback(
    async ({ onset_latency_ms, ...times }: SpokenTrial) => {
      const id = recording_id.current;
      if (!id) return;
      recording_id.current = null; // from here on it belongs to the answer
      await outbox.finish(id);
      onAnswer(question_id, { kind: 'spoken', recording_id: id, onset_latency_ms }, times);
    },
    [onAnswer, outbox, question_id],
  );
  useEffect(
    () => () => {
      const left = recording_id.current; // before the answer was finished
      recording_id.current = null; // the recorder's last chunk belongs to nothing any more
      if (left) void outbox.discard(left);
    },
    [outbox],
  );
  return (
    <SpokenTask
      question={asked.question}
      is_second_attempt={asked.attempt === 2}
      {...{ microphone, onBegin, onChunk, onTrial, onSkip, ...toTask }}
    />
  );
}

function NoMicrophone({ mic, onSkip }: { mic: OpenMicrophone; onSkip: () => void }) {
  if (!mic.problem) return <Waiting>Turning the microphone on …</Waiting>;
  return (
    <Panel title="The microphone is needed">
      <Notice tone="alert">
        <p>{mic.problem}</p>
      </Notice>
      <Actions>
        <Button look="primary" onPress={mic.open}>
          Try again
        </Button>
        <Button look="quiet" onPress={onSkip}>
          Leave this question out
        </Button>
      </Actions>
    </Panel>
  );
}
