'use client';
import { useCallback, useEffect, useRef, useState } from 'react';

export const SPEEDS = [1, 2, 4, 8] as const;
export type Speed = (typeof SPEEDS)[number];

export interface Replay {
  position_s: number;
  isPlaying: boolean;
  speed: Speed;
  toggle: () => void;
  seek: (to_s: number) => void;
  playFrom: (from_s: number) => void;
  setSpeed: (speed: Speed) => void;
}

/** A clock for something that is shown again as it came about: frame by frame, at a speed; it ends at the end. */
export function useReplay(duration_s: number): Replay {
  const [position_s, setPosition] = useState(duration_s);
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>(2);
  const at = useRef(duration_s);

  const seek = useCallback(
    (to_s: number) => {
      at.current = Math.min(duration_s, Math.max(0, to_s));
      setPosition(at.current);
    },
    [duration_s],
  );

  useEffect(() => {
    if (!isPlaying) return;
    let before_ms: number | null = null;
    let frame = requestAnimationFrame(function follow(now_ms) {
      seek(at.current + ((before_ms === null ? 0 : now_ms - before_ms) / 1000) * speed);
      before_ms = now_ms;
      if (at.current >= duration_s) setPlaying(false);
      else frame = requestAnimationFrame(follow);
    });
    return () => cancelAnimationFrame(frame);
  }, [duration_s, isPlaying, seek, speed]);

  const playFrom = useCallback(
    (from_s: number) => {
      seek(from_s);
      setPlaying(true);
    },
    [seek],
  );
  const toggle = useCallback(() => {
    if (!isPlaying && at.current >= duration_s) seek(0); // from the end, play begins again
    setPlaying(!isPlaying);
  }, [duration_s, isPlaying, seek]);
  return { position_s, isPlaying, speed, toggle, seek, playFrom, setSpeed };
}
