'use client';
import { initJsPsych } from 'jspsych';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Actions, Notice, Panel } from '@/components/ui/Panel';
import type { PlannedQuestion } from '@/features/session/types';
import { type SymbolDigitTrial, isMastered, reported } from './block';
import { SymbolDigitPlugin } from './plugin';
import './symbol_digit.css';

interface Props {
  question: PlannedQuestion;
  onTrials: (trials: Record<string, unknown>[], summary: Record<string, unknown>, presented_at: Date) => void;
  onSkip: () => void;
  /** Whether the clock runs, so that nothing may interrupt. */
  onTimed: (isTimed: boolean) => void;
}

interface BlockData {
  trials: SymbolDigitTrial[];
  duration_ms: number;
  refresh_rate_hz: number | null;
  interruption_count: number;
}

type Step = 'practice' | 'again' | 'start' | 'block' | 'over';

/** Practice with feedback (once more if it was not understood), then the timed block. */
export function SymbolDigitTask({ question, onTrials, onSkip, onTimed }: Props) {
  const [step, setStep] = useState<Step>('practice');
  const [practised, setPractised] = useState<SymbolDigitTrial[]>([]);
  const presented_at = useRef<Date | null>(null);
  const given = question.parameters as { key: number[]; practice: number[]; sequence: number[]; duration_s: number };

  const isTimed = step === 'block';
  useEffect(() => {
    onTimed(isTimed);
    return () => onTimed(false);
  }, [isTimed, onTimed]);

  const afterPractice = useCallback(
    (data: BlockData) => {
      setPractised([...practised, ...data.trials]);
      setStep(practised.length === 0 && !isMastered(data.trials) ? 'again' : 'start');
    },
    [practised],
  );

  const afterBlock = useCallback(
    ({ trials, ...timing }: BlockData) => {
      setStep('over');
      const summary = { ...timing, completed: timing.duration_ms >= given.duration_s * 1000 };
      const all = [...practised, ...trials].map(reported);
      onTrials(all, summary, presented_at.current ?? new Date());
    },
    [given.duration_s, onTrials, practised],
  );

  if (step === 'practice')
    return (
      <Panel title="Practice">
        <Runner key={practised.length} given={given} is_practice onDone={afterPractice} />
        <Actions>
          <LeaveOut onSkip={onSkip} />
        </Actions>
      </Panel>
    );
  if (step === 'again' || step === 'start')
    return (
      <Panel title={step === 'again' ? 'Let us practise once more' : 'Now for two minutes'}>
        {step === 'again' && (
          <Notice>
            <p>Look for the symbol in the row at the top. Below it is its number. Press that number.</p>
          </Notice>
        )}
        <p>
          {step === 'again'
            ? 'Take your time.'
            : 'Press the number that belongs to each symbol, as quickly as you can without making mistakes. It ends by itself.'}
        </p>
        <Actions>
          <Button
            look="primary"
            onPress={() => {
              if (step === 'start') presented_at.current = new Date();
              setStep(step === 'again' ? 'practice' : 'block');
            }}
          >
            {step === 'again' ? 'Practise again' : 'Start'}
          </Button>
          <LeaveOut onSkip={onSkip} />
        </Actions>
      </Panel>
    );
  if (step === 'block')
    return (
      <Panel title="Symbols and numbers">
        <Runner given={given} is_practice={false} onDone={afterBlock} />
      </Panel>
    );
  return null;
}

function LeaveOut({ onSkip }: { onSkip: () => void }) {
  return (
    <Button look="quiet" onPress={onSkip}>
      Leave this task out
    </Button>
  );
}

interface RunnerProps {
  given: { key: number[]; practice: number[]; sequence: number[]; duration_s: number };
  is_practice: boolean;
  onDone: (data: BlockData) => void;
}

/** Runs one block in jsPsych, inside an element of its own. */
function Runner({ given, is_practice, onDone }: RunnerProps) {
  const place = useRef<HTMLDivElement>(null);
  const done = useRef(onDone);
  useEffect(() => {
    done.current = onDone;
  }, [onDone]);
  const [block] = useState(() => ({
    type: SymbolDigitPlugin,
    key: given.key,
    sequence: is_practice ? given.practice : given.sequence,
    duration: is_practice ? 0 : given.duration_s * 1000,
    is_practice,
  }));
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const left = new AbortController();
    const onClose = () => undefined; // ours, so that it can be taken off the window again
    const jsPsych = initJsPsych({
      display_element: element,
      on_close: onClose,
      on_finish: (data: { values: () => unknown[] }) => {
        const found = data.values()[0] as BlockData | undefined;
        if (!left.signal.aborted && found) done.current(found);
      },
    });
    void jsPsych
      .run([{ ...block, signal: left.signal }])
      .then(() => window.removeEventListener('beforeunload', onClose));
    return () => {
      left.abort();
      jsPsych.abortExperiment();
      element.innerHTML = '';
    };
  }, [block]);
  return <div ref={place} />;
}
