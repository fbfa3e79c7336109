'use client';
import { type ComponentProps, useCallback } from 'react';
import { JsPsychBlock } from './JsPsychBlock';
import { PractisedTask } from './PractisedTask';
import { practiceOf } from '../practice';
import type { PressTrial } from './PressBlock';
import type { PressData } from './pressPlugin';
import type { TouchTaskProps } from './task';

interface Props extends TouchTaskProps {
  plugin: ComponentProps<typeof JsPsychBlock>['plugin'];
  /** Whether a trial of the practice was as it should be. */
  isRight: (trial: PressTrial) => boolean;
  title: string;
  hint: string;
  start: { title: string; text: string };
}

/** Practice, then the block: wait, see, press. */
export function PressTask({ question, practice, plugin, isRight, onTrials, onSkip, onTimed, ...words }: Props) {
  const given = question.parameters;
  const rightShare = useCallback(({ trials }: PressData) => trials.filter(isRight).length / trials.length, [isRight]);
  const onDone = useCallback(
    (practised: PressData[], { trials, ...timing }: PressData, presented_at: Date) => {
      const all = [...practised.flatMap((one) => one.trials), ...trials].map((trial) => ({ ...trial }));
      onTrials(all, { ...timing, completed: true }, presented_at);
    },
    [onTrials],
  );
  return (
    <PractisedTask<PressData>
      {...words}
      practice={practiceOf(question.kind, practice)}
      rightShare={rightShare}
      block={({ key, is_practice, onDone: onBlock }) => (
        <JsPsychBlock<PressData>
          key={key}
          plugin={plugin}
          parameters={{
            trials: given[is_practice ? 'practice' : 'trials'],
            targets: given['targets'] ?? 1,
            slowest: given['slowest_ms'],
            is_practice,
          }}
          onDone={onBlock}
        />
      )}
      {...{ onDone, onSkip, onTimed }}
    />
  );
}
