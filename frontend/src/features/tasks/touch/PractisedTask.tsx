'use client';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Actions, Notice, Panel } from '@/components/ui/Panel';
import type { Practice } from '@/features/session/types';
import type { BlockTiming } from './JsPsychBlock';
import { isPractised } from '../practice';

const DEAF_MS = 500;

type Step = 'practice' | 'again' | 'start' | 'block' | 'over';

interface Props<Data extends BlockTiming> {
  title: string;
  /** What is said before the block that counts, and above its Start button. */
  start: { title: string; text: string };
  /** What helps whoever has not understood the practice. */
  hint: string;
  practice: Practice;
  /** How much of a practice was right, from 0 to 1. */
  rightShare: (practised: Data) => number;
  /** Whether the block itself may be left out: one that has no end of its own soon. */
  canLeave?: boolean;
  /** Draws the practice or the block; a practice that is given again gets another `key`. */
  block: (run: { key: string; is_practice: boolean; onDone: (data: Data) => void }) => ReactNode;
  /** All practice, in order, and the block that counts. */
  onDone: (practised: Data[], block: Data, presented_at: Date) => void;
  onSkip: () => void;
  onTimed: (isTimed: boolean) => void;
}

/** Practice with feedback (given again as the plan says while it is not understood), then the timed block. */
export function PractisedTask<Data extends BlockTiming>(props: Props<Data>) {
  const { block, practice, rightShare, onDone, onSkip, onTimed } = props;
  const [step, setStep] = useState<Step>('practice');
  const [practised, setPractised] = useState<Data[]>([]);
  const [presented_at, setPresented] = useState<Date | null>(null);

  const isTimed = step === 'block';
  useEffect(() => {
    onTimed(isTimed);
    return () => onTimed(false);
  }, [isTimed, onTimed]);

  const afterPractice = useCallback(
    (data: Data) => {
      const given = [...practised, data];
      setPractised(given);
      setStep(isPractised(practice, rightShare(data), given.length) ? 'start' : 'again');
    },
    [practice, practised, rightShare],
  );
  const afterBlock = useCallback(
    (data: Data) => {
      setStep('over');
      onDone(practised, data, presented_at ?? new Date());
    },
    [onDone, practised, presented_at],
  );

  if (step === 'practice')
    return (
      <Panel title="Practice">
        {block({ key: `practice-${practised.length}`, is_practice: true, onDone: afterPractice })}
        <Actions>
          <LeaveOut onSkip={onSkip} />
        </Actions>
      </Panel>
    );
  if (step === 'block')
    return (
      <Panel title={props.title}>
        {block({ key: 'block', is_practice: false, onDone: afterBlock })}
        {props.canLeave && (
          <Actions>
            <LeaveOut onSkip={onSkip} />
          </Actions>
        )}
      </Panel>
    );
  if (step === 'over') return null;
  return (
    <Between
      key={practised.length}
      {...{ hint: props.hint, isAgain: step === 'again', onSkip, start: props.start }}
      onGoOn={() => {
        if (step === 'start') setPresented(new Date());
        setStep(step === 'again' ? 'practice' : 'block');
      }}
    />
  );
}

interface BetweenProps {
  hint: string;
  isAgain: boolean;
  start: { title: string; text: string };
  onGoOn: () => void;
  onSkip: () => void;
}

/** What stands between two blocks; it is deaf at first to a finger that was on its way to the block that has ended. */
function Between({ hint, isAgain, start, onGoOn, onSkip }: BetweenProps) {
  const [isDeaf, setDeaf] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setDeaf(false), DEAF_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Panel title={isAgain ? 'Let us practise once more' : start.title}>
      {isAgain && (
        <Notice>
          <p>{hint}</p>
        </Notice>
      )}
      <p>{isAgain ? 'Take your time.' : start.text}</p>
      <Actions>
        <Button look="primary" isDisabled={isDeaf} onPress={onGoOn}>
          {isAgain ? 'Practise again' : 'Start'}
        </Button>
        <LeaveOut isDisabled={isDeaf} onSkip={onSkip} />
      </Actions>
    </Panel>
  );
}

function LeaveOut({ isDisabled = false, onSkip }: { isDisabled?: boolean; onSkip: () => void }) {
  return (
    <Button look="quiet" isDisabled={isDisabled} onPress={onSkip}>
      Leave this task out
    </Button>
  );
}
