'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Actions, Panel } from '@/components/ui/Panel';
import { Progress } from '@/components/ui/Progress';
import { useServices } from '@/lib/services';
import type { TouchTaskProps } from '../touch/task';
import { type InputType, refreshRate, rounded } from '../touch/timing';
import styles from './word_list.module.css';

interface Given {
  words: string[];
  audio: string[];
}

interface Shown {
  position: number;
  onset_ms: number;
}

const FRAMES_KEPT = 240;
const KEYS: Readonly<Record<string, boolean>> = { y: true, arrowleft: true, n: false, arrowright: false };

/** One word after the other, seen and heard: was it in the list? There is no time limit, and nothing is said of right or wrong. */
export function WordRecognitionTask({ question, onTrials, onSkip, onTimed }: TouchTaskProps) {
  const given = question.parameters as unknown as Given;
  const [started, setStarted] = useState<{ at: Date; at_ms: number } | null>(null);
  const { sound, now } = useServices();
  const isTimed = started !== null; // each word is judged as it is first seen
  useEffect(() => {
    onTimed(isTimed);
    return () => onTimed(false);
  }, [isTimed, onTimed]);
  if (started) return <Words {...{ given, started, onTrials }} />;
  return (
    <Panel title={question.title}>
      <p>You will see and hear one word after the other. Some were in the list, some are new.</p>
      <p>Press “Yes” if the word was in the list, and “No” if it was not.</p>
      <Actions>
        <Button
          look="primary"
          onPress={() => {
            void sound.unlock();
            setStarted({ at: new Date(), at_ms: now() });
          }}
        >
          Start
        </Button>
        <Button look="quiet" onPress={onSkip}>
          Leave this task out
        </Button>
      </Actions>
    </Panel>
  );
}

interface WordsProps {
  given: Given;
  started: { at: Date; at_ms: number };
  onTrials: TouchTaskProps['onTrials'];
}

function Words({ given, started, onTrials }: WordsProps) {
  const { sound, now } = useServices();
  const [position, setPosition] = useState(0);
  const shown = useRef<Shown | null>(null);
  const trials = useRef<Record<string, unknown>[]>([]);
  const interruptions = useInterruptions();
  const frames = useFrames();
  const isReported = useRef(false);
  const word = given.words[position];

  useEffect(() => {
    // the word is drawn in the frame before which this is called: its onset is that frame's
    const frame = requestAnimationFrame(() => {
      shown.current = { position, onset_ms: now() - started.at_ms };
      const audio = given.audio[position];
      if (audio) void sound.play(audio).catch(() => undefined); // the word is there to read
    });
    return () => {
      cancelAnimationFrame(frame);
      sound.stop();
    };
  }, [given.audio, now, position, sound, started.at_ms]);

  const answer = useCallback(
    (response: boolean, input: InputType) => {
      const onset = shown.current;
      if (!onset || onset.position !== position || word === undefined) return;
      shown.current = null; // a second press before the next word is drawn answers nothing
      const reaction_time_ms = rounded(now() - started.at_ms - onset.onset_ms);
      trials.current.push({ position, word, response, onset_ms: rounded(onset.onset_ms), reaction_time_ms, input });
      if (position + 1 < given.words.length) {
        setPosition(position + 1);
        return;
      }
      if (isReported.current) return;
      isReported.current = true;
      const timing = { refresh_rate_hz: refreshRate(frames.current), interruption_count: interruptions.current };
      const duration_ms = rounded(now() - started.at_ms);
      onTrials(trials.current, { completed: true, duration_ms, ...timing }, started.at);
    },
    [frames, given.words.length, interruptions, now, onTrials, position, started, word],
  );

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const response = KEYS[event.key.toLowerCase()];
      if (response !== undefined && !event.repeat) answer(response, 'key');
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [answer]);

  if (word === undefined) return null;
  const press = (response: boolean) => (event: { pointerType: string }) =>
    answer(response, event.pointerType === 'keyboard' ? 'key' : event.pointerType === 'mouse' ? 'mouse' : 'touch');
  return (
    <Panel title="Was this word in the list?">
      <p className={styles.word} role="status">
        {word}
      </p>
      <div className={styles.answers}>
        <Button look="primary" onPress={press(true)}>
          Yes
        </Button>
        <Button look="primary" onPress={press(false)}>
          No
        </Button>
      </div>
      <Progress
        label="Words"
        fraction={position / given.words.length}
        detail={`${position + 1} of ${given.words.length}`}
      />
    </Panel>
  );
}

/** How often the page was left. */
function useInterruptions() {
  const count = useRef(0);
  useEffect(() => {
    const onChange = () => {
      if (document.visibilityState === 'hidden') count.current += 1;
    };
    document.addEventListener('visibilitychange', onChange);
    return () => document.removeEventListener('visibilitychange', onChange);
  }, []);
  return count;
}

/** Times of the first frames, for the refresh rate. */
function useFrames() {
  const times = useRef<number[]>([]);
  useEffect(() => {
    let frame = requestAnimationFrame(function look(time) {
      times.current.push(time);
      if (times.current.length < FRAMES_KEPT) frame = requestAnimationFrame(look);
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  return times;
}
