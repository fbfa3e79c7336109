'use client';
import { useCallback } from 'react';
import { JsPsychBlock } from '../touch/JsPsychBlock';
import { PractisedTask } from '../touch/PractisedTask';
import { practiceOf } from '../practice';
import type { TouchTaskProps } from '../touch/task';
import { type TrailData, TrailMakingPlugin } from './plugin';
import './trail_making.css';

/** A practice ends when all its circles are reached; what was wrong comes on top. */
const rightShare = ({ reached, wrong_count }: TrailData): number => reached / (reached + wrong_count);

/** Circles are pressed in their order: numbers, or numbers and letters by turns. */
export function TrailMakingTask({ question, practice, onTrials, onSkip, onTimed }: TouchTaskProps) {
  const { parameters } = question;
  const { width, height, radius, limit_s } = parameters as Record<string, number>;
  const isByTurns = (parameters['trail'] as { labels: string[] }).labels.includes('A');
  const onDone = useCallback(
    (practised: TrailData[], block: TrailData, presented_at: Date) => {
      const { taps, completed, duration_ms, refresh_rate_hz, interruption_count } = block;
      const trials = [...practised.flatMap((one) => one.taps), ...taps].map((tap) => ({ ...tap }));
      onTrials(trials, { completed, duration_ms, refresh_rate_hz, interruption_count }, presented_at);
    },
    [onTrials],
  );
  return (
    <PractisedTask<TrailData>
      title={isByTurns ? 'Numbers and letters by turns' : 'Numbers'}
      hint={
        isByTurns
          ? 'Go back and forth between numbers and letters: 1, A, 2, B, 3, C, and so on.'
          : 'Press the numbers in their order: 1, 2, 3, and so on.'
      }
      start={{
        title: 'Now with more circles',
        text: isByTurns
          ? 'Begin with 1, then A, then 2, then B, and so on, as quickly as you can. If one is wrong, just go on with the right one.'
          : 'Begin with 1, then 2, then 3, and so on, as quickly as you can. If one is wrong, just go on with the right one.',
      }}
      practice={practiceOf(question.kind, practice)}
      rightShare={rightShare}
      canLeave
      block={({ key, is_practice, onDone: onBlock }) => (
        <JsPsychBlock<TrailData>
          key={key}
          plugin={TrailMakingPlugin}
          parameters={{
            board: parameters[is_practice ? 'practice' : 'trail'],
            width,
            height,
            radius,
            limit: is_practice ? 0 : 1000 * (limit_s ?? 0),
            is_practice,
          }}
          onDone={onBlock}
        />
      )}
      {...{ onDone, onSkip, onTimed }}
    />
  );
}
