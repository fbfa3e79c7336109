import type { Evidence } from './result';

/** A stroke as the task reported it: `[x, y, t]` in a unit square and in ms from when the empty square was shown. */
export interface DrawnStroke {
  position: number;
  points: [number, number, number][];
  input: string;
  removed_ms: number | null;
}

export type PartKind = 'outline' | 'number' | 'hand' | 'unsure' | 'other';

/** Strokes that were taken for one thing. */
export interface Part {
  number: number;
  kind: PartKind;
  /** What it was taken for, such as "12" or "Hour hand". */
  name: string;
  label: string;
  strokes: readonly number[];
  onset_s: number;
}

const KINDS: Record<string, PartKind> = {
  at_its_place: 'number',
  not_at_its_place: 'number',
  outside: 'number',
  again: 'number',
  not_of_a_clock: 'number',
  number: 'number',
  unsure: 'unsure',
  hour_hand: 'hand',
  minute_hand: 'hand',
  more_hands: 'hand',
  ignored: 'other',
};

const HAND_NAMES: Record<string, string> = { hour_hand: 'Hour hand', minute_hand: 'Minute hand', more_hands: 'A hand' };

/** The parts of a drawing in the order of drawing, from the evidence that names what strokes were taken for. */
export function partsOf(evidence: readonly Evidence[]): Part[] {
  const parts: Omit<Part, 'number'>[] = [];
  for (const { text, label, strokes, onset_s } of evidence) {
    if (!strokes || onset_s === null) continue;
    const kind = text.startsWith('outline:') ? 'outline' : KINDS[label];
    if (!kind) continue; // a point that rests on parts which are named already
    const name = kind === 'outline' ? 'Outline' : (HAND_NAMES[label] ?? text);
    parts.push({ kind, name, label, strokes, onset_s });
  }
  return parts.sort((a, b) => a.onset_s - b.onset_s).map((part, index) => ({ ...part, number: index + 1 }));
}

/** A stroke as it is at a moment: its points so far; nothing before it begins and after it was taken back. */
export function drawnUntil(stroke: DrawnStroke, at_ms: number): [number, number, number][] {
  if (stroke.removed_ms !== null && stroke.removed_ms <= at_ms) return [];
  return stroke.points.filter((point) => point[2] <= at_ms);
}

/** The path of some points in an SVG whose square is 100 wide; a single point is a dot. */
export function pathOf(points: readonly (readonly [number, number, number])[]): string {
  const [first] = points;
  if (!first) return '';
  const at = (point: readonly [number, number, number]) =>
    `${(100 * point[0]).toFixed(2)} ${(100 * point[1]).toFixed(2)}`;
  return `M${at(first)}${
    points.length === 1
      ? 'h0.01'
      : points
          .slice(1)
          .map((point) => `L${at(point)}`)
          .join('')
  }`;
}

/** The square, or more where the drawing leaves it: left, top, width and height. */
export function viewBoxOf(strokes: readonly DrawnStroke[]): string {
  const all = strokes.flatMap((stroke) => stroke.points);
  const [left, top] = [0, 1].map((axis) => Math.min(0, ...all.map((point) => 100 * (point[axis] ?? 0) - 2)));
  const [right, bottom] = [0, 1].map((axis) => Math.max(100, ...all.map((point) => 100 * (point[axis] ?? 0) + 2)));
  const [x = 0, y = 0, r = 100, b = 100] = [left, top, right, bottom];
  return [x, y, r - x, b - y].map((value) => value.toFixed(1)).join(' ');
}

/** Where to write a part's number: beside the right upper corner of its strokes. */
export function markPlace(strokes: readonly DrawnStroke[]): { x: number; y: number } {
  const points = strokes.flatMap((stroke) => stroke.points);
  return {
    x: 100 * Math.max(...points.map((point) => point[0])) + 2.2,
    y: 100 * Math.min(...points.map((point) => point[1])) - 0.6,
  };
}

/** From the moment when the empty square was shown to "I have finished", in seconds. */
export function durationOf(
  strokes: readonly DrawnStroke[],
  summary: Record<string, unknown> | null | undefined,
): number {
  const told = summary?.['duration_ms'];
  const last = Math.max(0, ...strokes.map((stroke) => stroke.points.at(-1)?.[2] ?? 0));
  return Math.max(typeof told === 'number' ? told : 0, last) / 1000;
}
