'use client';
import { type JsPsychPlugin, initJsPsych } from 'jspsych';
import { useEffect, useRef, useState } from 'react';

/** What a block's plugin reports of its timing, beside its trials. */
export interface BlockTiming {
  duration_ms: number;
  refresh_rate_hz: number | null;
  interruption_count: number;
}

interface Props<Data extends BlockTiming> {
  /** The plugin; it also gets `signal`, which ends the block without a result when nobody sees it any more. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each plugin has parameters of its own
  plugin: new (...args: any[]) => JsPsychPlugin<any>;
  parameters: Record<string, unknown>;
  onDone: (data: Data) => void;
}

/** Runs one block in jsPsych, inside an element of its own. What it is given first counts; another block needs another key. */
export function JsPsychBlock<Data extends BlockTiming>({ plugin, parameters, onDone }: Props<Data>) {
  const place = useRef<HTMLDivElement>(null);
  const done = useRef(onDone);
  useEffect(() => {
    done.current = onDone;
  }, [onDone]);
  const [block] = useState(() => ({ type: plugin, ...parameters }));
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const left = new AbortController();
    const onClose = () => undefined; // ours, so that it can be taken off the window again
    const jsPsych = initJsPsych({
      display_element: element,
      on_close: onClose,
      on_finish: (data: { values: () => unknown[] }) => {
        const found = data.values()[0] as Data | undefined;
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
