/** What timed tasks have in common: by what was answered, times as they are reported, and how often the screen is drawn. */

export type InputType = 'touch' | 'mouse' | 'key';

/** A time in ms as it is reported: to a tenth. */
export const rounded = (ms: number): number => Math.round(ms * 10) / 10;

/** By what a pointer event was made; a pen counts as touch. */
export const inputOf = (event: PointerEvent): InputType => (event.pointerType === 'mouse' ? 'mouse' : 'touch');

/** Frames per second from the times of successive frames; the median is not moved by a single long one. */
export function refreshRate(frame_times_ms: readonly number[]): number | null {
  const gaps = frame_times_ms.slice(1).map((time, i) => time - (frame_times_ms[i] ?? time));
  const sorted = gaps.filter((gap) => gap > 0).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  return median === undefined ? null : rounded(1000 / median);
}
