'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Actions, Panel } from '@/components/ui/Panel';
import { Progress } from '@/components/ui/Progress';
import { useServices } from '@/lib/services';
import { watchAttention } from '../touch/attention';
import type { TouchTaskProps } from '../touch/task';
import { type InputType, refreshRate, rounded } from '../touch/timing';
import { usePressTimes } from '../touch/usePressTimes';
import styles from './word_list.module.css';

interface Given {
  words: string[];
  audio: string[];
}

/** A word that is there, since a frame of this time, on the page's clock. */
interface Shown {
  position: number;
  at_ms: number;
}

const FRAMES_KEPT = 240;
/** So long after a word has come nothing answers it: that was meant for the one before, or slipped. */
const DEAF_MS = 400;
const KEYS: Readonly<Record<string, boolean>> = { y: true, arrowleft: true, n: false, arrowright: false };

/** One word after the other, seen and heard: was it in the list? There is no time limit, and nothing is said of right or wrong. */
export function WordRecognitionTask({ question, onTrials, onSkip, onTimed }: TouchTaskProps) {
  const given = question.parameters as unknown as Given;
  const [presented_at, setPresented] = useState<Date | null>(null);
  const { sound } = useServices();
  const isTimed = presented_at !== null; // each word is judged as it is first seen
  useEffect(() => {
    onTimed(isTimed);
    return () => onTimed(false);
  }, [isTimed, onTimed]);
  if (presented_at) return <Words {...{ given, presented_at, onTrials }} />;
  return (
    <Panel title={question.title}>
      <p>You will see and hear one word after the other. Some were in the list, some are new.</p>
      <p>Press “Yes” if the word was in the list, and “No” if it was not.</p>
      <Actions>
        <Button
          look="primary"
          onPress={() => {
            void sound.unlock();
            setPresented(new Date());
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
  presented_at: Date;
  onTrials: TouchTaskProps['onTrials'];
}

function Words({ given, presented_at, onTrials }: WordsProps) {
  const { sound } = useServices();
  const [position, setPosition] = useState(0);
  const [armed, setArmed] = useState<number | null>(null); // the word that can be answered
  const began_ms = useRef<number | null>(null); // the first word's frame: nought of all that is reported
  const shown = useRef<Shown | null>(null);
  const trials = useRef<Record<string, unknown>[]>([]);
  const interruptions = useInterruptions();
  const frames = useFrames();
  const pressed = usePressTimes();
  const word = given.words[position];

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    // the word is drawn in the frame before which this is called: its onset is that frame's
    const frame = requestAnimationFrame((at_ms) => {
      began_ms.current ??= at_ms;
      shown.current = { position, at_ms };
      timer = setTimeout(() => setArmed(position), DEAF_MS);
      const audio = given.audio[position];
      if (audio) void sound.play(audio).catch(() => undefined); // the word is there to read
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      sound.stop();
    };
  }, [given.audio, position, sound]);

  const answer = useCallback(
    (response: boolean, at_ms: number, input: InputType) => {
      const onset = shown.current;
      if (!onset || onset.position !== position || at_ms - onset.at_ms < DEAF_MS || word === undefined) return;
      shown.current = null; // a second press before the next word is drawn answers nothing
      const start_ms = began_ms.current ?? onset.at_ms;
      const onset_ms = rounded(onset.at_ms - start_ms);
      const reaction_time_ms = rounded(at_ms - onset.at_ms);
      trials.current.push({ position, word, response, onset_ms, reaction_time_ms, input });
      if (position + 1 < given.words.length) {
        setPosition(position + 1);
        return;
      }
      const timing = { refresh_rate_hz: refreshRate(frames.current), interruption_count: interruptions.current };
      onTrials(trials.current, { completed: true, duration_ms: rounded(at_ms - start_ms), ...timing }, presented_at);
    },
    [frames, given.words.length, interruptions, onTrials, position, presented_at, word],
  );

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const response = KEYS[event.key.toLowerCase()];
      if (response !== undefined && !event.repeat) answer(response, event.timeStamp, 'key');
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [answer]);

  if (word === undefined) return null;
  const look = armed === position ? 'primary' : 'plain'; // never disabled: that would take the focus away
  const press = (response: boolean) => (event: { pointerType: string }) =>
    answer(response, pressed.beganAt(), inputOfPress(event.pointerType));
  return (
    <Panel title="Was this word in the list?">
      <p className={styles.word} role="status">
        {word}
      </p>
      <div className={styles.answers} {...pressed.handlers}>
        <Button look={look} onPressStart={pressed.begin} onPress={press(true)}>
          Yes
        </Button>
        <Button look={look} onPressStart={pressed.begin} onPress={press(false)}>
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

const inputOfPress = (pointerType: string): InputType =>
  pointerType === 'keyboard' ? 'key' : pointerType === 'mouse' ? 'mouse' : 'touch';

/** How often another page or window was in front. */
function useInterruptions() {
  const count = useRef(0);
  useEffect(() => {
    const stop = new AbortController();
    watchAttention(() => (count.current += 1), stop.signal);
    return () => stop.abort();
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
