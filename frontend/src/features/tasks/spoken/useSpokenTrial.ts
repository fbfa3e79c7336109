'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { PlannedQuestion } from '@/features/session/types';
import type { AudioChunk, Microphone, Recording } from '@/lib/recorder';
import { useServices } from '@/lib/services';
import { loadPicture, nextFrame } from './picture';

export type Phase =
  'ready' | 'settling' | 'listening' | 'recording' | 'finished' | 'stimulus_failed' | 'recording_failed';

export interface SpokenTrial {
  onset_latency_ms: number;
  presented_at: Date;
  answered_at: Date;
}

export interface SpokenTrialEvents {
  /** The question begins to be heard or seen. */
  onBegun: () => void;
  /** Recording has begun; the sound follows in chunks. */
  onBegin: (recording: Recording) => Promise<void>;
  onChunk: (chunk: AudioChunk) => Promise<void>;
  /** Told once, when the recording has stopped and every chunk was handed on. */
  onTrial: (trial: SpokenTrial) => Promise<void>;
}

const SETTLING_MS = 900; // from the last press to the next question, so that nobody is startled

/**
 * One spoken question: its stimulus is heard, then the microphone records until finished or the time is over. A picture
 * is shown as soon as the microphone records.
 */
export function useSpokenTrial(
  question: PlannedQuestion,
  microphone: Microphone,
  is_continuing: boolean,
  events: SpokenTrialEvents,
) {
  const { sound, now } = useServices();
  const [phase, setPhase] = useState<Phase>(is_continuing ? 'settling' : 'ready');
  const [remaining_s, setRemaining] = useState<number | null>(null);
  const recording = useRef<Recording | null>(null);
  const shown = useRef<{ at_ms: number; at: Date } | null>(null);
  const isReported = useRef(false);
  const isLeft = useRef(false);
  const told = useRef(events); // the newest, without the trial beginning anew when its surroundings are drawn again
  useEffect(() => {
    told.current = events;
  });
  const limit_s = question.answer?.fixed_s ?? question.answer?.max_s ?? 30;

  const finish = useCallback(async () => {
    const current = recording.current;
    const presented = shown.current;
    if (!current || !presented || isReported.current) return;
    isReported.current = true; // the button and the time limit may come together; a trial is reported once
    const answered_at = new Date();
    setPhase('finished');
    // negative where the microphone was on before the picture was shown
    const onset_latency_ms = current.started_at_ms - presented.at_ms;
    try {
      await current.stop();
      await told.current.onTrial({ onset_latency_ms, presented_at: presented.at, answered_at });
    } catch {
      isReported.current = false; // the sound could not be kept, such as when the device is full: it is asked again
      setPhase('recording_failed');
    }
  }, []);

  const isPicture = question.stimulus?.kind === 'picture';
  const record = useCallback(async () => {
    shown.current = { at_ms: now(), at: new Date() };
    const begun = await microphone.record((chunk) => told.current.onChunk(chunk), now);
    if (isLeft.current) {
      await begun.stop();
      return;
    }
    recording.current = begun;
    await told.current.onBegin(begun);
    setRemaining(limit_s);
    setPhase('recording');
    if (isPicture) shown.current = { at_ms: await nextFrame(), at: new Date() };
  }, [isPicture, limit_s, microphone, now]);

  const start = useCallback(async () => {
    setPhase('listening');
    try {
      const { stimulus } = question;
      const begun = () => told.current.onBegun();
      if (stimulus && stimulus.kind !== 'picture') {
        await sound.playSequence(stimulus.audio, stimulus.interval_ms, begun);
      } else {
        if (stimulus) await loadPicture(stimulus.image);
        if (!isLeft.current) begun();
      }
      if (!stimulus && question.prompt.audio) await sound.play(question.prompt.audio).catch(() => undefined); // the text is there
    } catch {
      setPhase('stimulus_failed'); // without what is to be kept in mind or named the trial cannot be put
      return;
    }
    if (isLeft.current) return;
    await record().catch(() => setPhase('recording_failed'));
  }, [question, record, sound]);

  useEffect(() => {
    if (phase !== 'settling') return;
    const timer = setTimeout(() => void start(), SETTLING_MS);
    return () => clearTimeout(timer);
  }, [phase, start]);

  useEffect(() => {
    if (phase !== 'recording') return;
    const ends_at = now() + limit_s * 1000;
    const timer = setInterval(() => {
      const left_s = Math.max(0, (ends_at - now()) / 1000);
      setRemaining(left_s);
      if (left_s === 0) void finish();
    }, 100);
    return () => clearInterval(timer);
  }, [phase, limit_s, now, finish]);

  useEffect(() => {
    isLeft.current = false;
    return () => {
      isLeft.current = true;
      sound.stop();
      void recording.current?.stop();
    };
  }, [sound]);
  return { phase, remaining_s, limit_s, start, finish };
}
