'use client';
import { useCallback, useEffect, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Actions, Notice, Panel } from '@/components/ui/Panel';
import { JsPsychBlock } from '../touch/JsPsychBlock';
import type { TouchTaskProps } from '../touch/task';
import { isPractised, practiceOf } from '../practice';
import { type SpanData, SpatialSpanPlugin } from './plugin';
import '../touch/press.css';
import './spatial_span.css';

type Step = 'running' | 'told' | 'over';

/** One trial: blocks light up and are pressed, or not remembered, which ends it as well. The practice says whether it was right, and is given again as the plan says if not. */
export function SpatialSpanTask({ question, practice, onTrials, onSkip, onTimed }: TouchTaskProps) {
  const [step, setStep] = useState<Step>('running');
  const [runs, setRuns] = useState<SpanData[]>([]);
  const [presented_at] = useState(() => new Date());
  const { is_practice } = question;
  const isTimed = step === 'running' && !is_practice;
  useEffect(() => {
    onTimed(isTimed);
    return () => onTimed(false);
  }, [isTimed, onTimed]);

  const report = useCallback(
    ({ taps, completed, gave_up, onsets_ms, duration_ms, refresh_rate_hz, interruption_count }: SpanData) => {
      setStep('over');
      const timing = { onsets_ms, duration_ms, refresh_rate_hz, interruption_count };
      const summary = { completed, gave_up, tap_count: taps.length, ...timing };
      onTrials(
        taps.map((tap) => ({ ...tap })),
        summary,
        presented_at,
      );
    },
    [onTrials, presented_at],
  );
  const onDone = useCallback(
    (data: SpanData) => {
      setRuns((before) => [...before, data]);
      if (is_practice) setStep('told');
      else report(data);
    },
    [is_practice, report],
  );

  const last = runs.at(-1);
  if (step === 'over') return null;
  if (step === 'told' && last)
    return (
      <Told
        isRight={last.is_right}
        isLast={isPractised(practiceOf(question.kind, practice), Number(last.is_right), runs.length)}
        isBackward={question.parameters['direction'] === 'backward'}
        onGoOn={() => report(last)}
        onAgain={() => setStep('running')}
      />
    );
  return (
    <Panel title={is_practice ? 'Practice' : question.title.replace(/,.*$/, '')}>
      <JsPsychBlock<SpanData>
        key={runs.length}
        plugin={SpatialSpanPlugin}
        parameters={{ ...drawn(question.parameters), is_practice }}
        onDone={onDone}
      />
      {is_practice && (
        <Actions>
          <Button look="quiet" onPress={onSkip}>
            Leave the practice out
          </Button>
        </Actions>
      )}
    </Panel>
  );
}

function drawn({ interval_ms, lit_ms, ...given }: Record<string, unknown>): Record<string, unknown> {
  const { blocks, sequence, direction, width, height, size } = given;
  return { blocks, sequence, direction, width, height, size, interval: interval_ms, lit: lit_ms };
}

interface ToldProps {
  isRight: boolean;
  isLast: boolean;
  isBackward: boolean;
  onGoOn: () => void;
  onAgain: () => void;
}

function Told({ isRight, isLast, isBackward, onGoOn, onAgain }: ToldProps) {
  const order = isBackward
    ? 'Begin with the block that lit up last, and end with the one that lit up first.'
    : 'Press the blocks in the order in which they lit up.';
  return (
    <Panel title={isRight ? 'That is right' : 'Not quite'}>
      {isRight ? <p>Now it begins. There will be more blocks as we go on.</p> : <Notice>{<p>{order}</p>}</Notice>}
      <Actions>
        <Button look="primary" onPress={isLast ? onGoOn : onAgain}>
          {isLast ? 'Begin' : 'Practise again'}
        </Button>
      </Actions>
    </Panel>
  );
}
