'use client';
import { useCallback, useEffect, useRef } from 'react';
import type { Clock } from '@/lib/clock';
import { watchAttention } from '../touch/attention';
import { refreshRate } from '../touch/timing';

const FRAMES = 30;

export interface Shown {
  /** Pass this to the canvas: it is called in the frame in which the square was painted. */
  onShown: (side_px: number) => void;
  sinceShown: (event_time_ms: number) => number;
  /** When, how large, on what screen, and how often the page was left meanwhile. */
  facts: () => { presented_at: Date; side_px: number; refresh_rate_hz: number | null; interruption_count: number };
}

/** When the empty square was there: times of strokes count from that frame. */
export function useShownAt(now: Clock): Shown {
  const shown = useRef<{ at_ms: number; at: Date; side_px: number } | null>(null);
  const frames = useRef<number[]>([]);
  const interruptions = useRef(0);

  useEffect(() => {
    const stop = new AbortController();
    watchAttention(() => {
      if (shown.current) interruptions.current += 1;
    }, stop.signal);
    let frame = requestAnimationFrame(function look(at_ms) {
      frames.current.push(at_ms);
      if (frames.current.length < FRAMES) frame = requestAnimationFrame(look);
    });
    return () => {
      stop.abort();
      cancelAnimationFrame(frame);
    };
  }, []);

  return {
    onShown: useCallback((side_px) => (shown.current ??= { at_ms: now(), at: new Date(), side_px }), [now]),
    sinceShown: useCallback((time_ms) => time_ms - (shown.current?.at_ms ?? time_ms), []),
    facts: useCallback(
      () => ({
        presented_at: shown.current?.at ?? new Date(),
        side_px: shown.current?.side_px ?? 0,
        refresh_rate_hz: refreshRate(frames.current),
        interruption_count: interruptions.current,
      }),
      [],
    ),
  };
}
