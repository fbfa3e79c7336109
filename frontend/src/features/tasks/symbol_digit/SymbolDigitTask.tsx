'use client';
import { useCallback } from 'react';
import { type BlockTiming, JsPsychBlock } from '../touch/JsPsychBlock';
import { PractisedTask } from '../touch/PractisedTask';
import { practiceOf } from '../practice';
import type { TouchTaskProps } from '../touch/task';
import { type SymbolDigitTrial, reported, rightShareOf } from './block';
import { SymbolDigitPlugin } from './plugin';
import './symbol_digit.css';

interface BlockData extends BlockTiming {
  trials: SymbolDigitTrial[];
}

const rightShare = (data: BlockData): number => rightShareOf(data.trials);

/** Practice, then symbols for two minutes. */
export function SymbolDigitTask({ question, practice, onTrials, onSkip, onTimed }: TouchTaskProps) {
  const given = question.parameters as { key: number[]; practice: number[]; sequence: number[]; duration_s: number };
  const onDone = useCallback(
    (practised: BlockData[], { trials, ...timing }: BlockData, presented_at: Date) => {
      const summary = { ...timing, completed: timing.duration_ms >= given.duration_s * 1000 };
      const all = [...practised.flatMap((one) => one.trials), ...trials].map(reported);
      onTrials(all, summary, presented_at);
    },
    [given.duration_s, onTrials],
  );
  return (
    <PractisedTask<BlockData>
      title="Symbols and numbers"
      hint="Look for the symbol in the row at the top. Below it is its number. Press that number."
      start={{
        title: 'Now for two minutes',
        text: 'Press the number that belongs to each symbol, as quickly as you can without making mistakes. It ends by itself.',
      }}
      practice={practiceOf(question.kind, practice)}
      rightShare={rightShare}
      block={({ key, is_practice, onDone: onBlock }) => (
        <JsPsychBlock<BlockData>
          key={key}
          plugin={SymbolDigitPlugin}
          parameters={{
            key: given.key,
            sequence: is_practice ? given.practice : given.sequence,
            duration: is_practice ? 0 : given.duration_s * 1000,
            is_practice,
          }}
          onDone={onBlock}
        />
      )}
      {...{ onDone, onSkip, onTimed }}
    />
  );
}
