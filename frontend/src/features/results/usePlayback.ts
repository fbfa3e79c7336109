'use client';
import { useCallback, useEffect, useRef, useState } from 'react';

export interface Playback {
  /** Give this to the audio element. */
  attach: (element: HTMLAudioElement | null) => void;
  isPlaying: boolean;
  position_s: number;
  problem: string | null;
  toggle: () => void;
  seek: (to_s: number) => void;
  playFrom: (from_s: number) => void;
}

let sounding: HTMLAudioElement | null = null; // only one recording is heard at a time

/** Plays one recording: position followed on every frame while it plays, and heard alone. */
export function usePlayback(): Playback {
  const element = useRef<HTMLAudioElement | null>(null);
  const [audio, setAudio] = useState<HTMLAudioElement | null>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [position_s, setPosition] = useState(0);
  const [problem, setProblem] = useState<string | null>(null);
  const attach = useCallback((found: HTMLAudioElement | null) => {
    element.current = found;
    setAudio(found);
  }, []);

  useEffect(() => {
    if (!audio) return;
    const stop = new AbortController();
    const on = (name: string, react: () => void) => audio.addEventListener(name, react, { signal: stop.signal });
    on('play', () => {
      if (sounding && sounding !== audio) sounding.pause();
      sounding = audio;
      setProblem(null);
      setPlaying(true);
    });
    on('pause', () => setPlaying(false));
    on('ended', () => setPlaying(false));
    on('timeupdate', () => setPosition(audio.currentTime));
    on('seeked', () => setPosition(audio.currentTime));
    on('error', () => setProblem('The recording could not be played. Check the connection and try again.'));
    return () => {
      stop.abort();
      if (!audio.paused) audio.pause();
    };
  }, [audio]);

  useEffect(() => {
    if (!isPlaying || !audio) return;
    let frame = requestAnimationFrame(function follow() {
      setPosition(audio.currentTime);
      frame = requestAnimationFrame(follow);
    });
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, audio]);

  const play = useCallback(() => {
    element.current?.play().catch((error: unknown) => {
      const isInterrupted = error instanceof DOMException && error.name === 'AbortError'; // a pause came first
      if (!isInterrupted) setProblem('The recording could not be played. Check the connection and try again.');
    });
  }, []);
  const seek = useCallback((to_s: number) => {
    if (element.current) element.current.currentTime = to_s;
    setPosition(to_s);
  }, []);
  const playFrom = useCallback(
    (from_s: number) => {
      seek(from_s);
      play();
    },
    [seek, play],
  );
  const toggle = useCallback(() => {
    if (!element.current) return;
    if (element.current.paused) play();
    else element.current.pause();
  }, [play]);
  return { attach, isPlaying, position_s, problem, toggle, seek, playFrom };
}
