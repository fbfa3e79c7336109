/** A drawing as it comes about: strokes in a unit square with their times, what was taken back, and when it is full. */

export type PenType = 'touch' | 'pen' | 'mouse';

/** Across and down, as fractions of the square's side, and ms since the square was shown. */
export type Point = [x: number, y: number, t: number];

export interface Stroke {
  position: number;
  points: Point[];
  /** From 0 to 1, one for each point, where the device tells it. */
  pressure: number[] | null;
  input: PenType;
  /** When it was taken back, by undo or clear; it stays in the record. */
  removed_ms: number | null;
}

/** The server refuses more. A full drawing takes no more ink; what is there is kept, and the summary says so. */
export const MAX_STROKES = 300;
export const MAX_POINTS = 12_000;
export const MAX_STROKE_POINTS = 4000;
/** A point nearer to the one before adds nothing that could be seen. */
const NEAREST = 0.001;
/** With pointer capture a stroke may leave the square, but not for ever. */
const OUTSIDE = [-1, 2] as const;

const toDigits = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
const coordinate = (value: number): number => toDigits(Math.min(OUTSIDE[1], Math.max(OUTSIDE[0], value)), 4);

/** What the browser's pointer says of itself; a finger without a pen or mouse is touch. */
export function penOf(pointerType: string): PenType {
  return pointerType === 'mouse' || pointerType === 'pen' ? pointerType : 'touch';
}

export class Drawing {
  readonly strokes: Stroke[] = [];
  undo_count = 0;
  clear_count = 0;
  private current: Stroke | null = null;
  private point_count = 0;

  /** The strokes that are on the page now. */
  get visible(): Stroke[] {
    return this.strokes.filter((stroke) => stroke.removed_ms === null);
  }

  get is_drawing(): boolean {
    return this.current !== null;
  }

  get is_full(): boolean {
    return this.point_count >= MAX_POINTS || (this.strokes.length >= MAX_STROKES && this.current === null);
  }

  /** The pen comes down; false if there is no room for another stroke, or one is being drawn. */
  begin(input: PenType, x: number, y: number, t: number, pressure: number | null): boolean {
    if (this.current || this.is_full) return false;
    const given = input === 'pen' && pressure !== null ? [toDigits(pressure, 3)] : null; // others tell no real pressure
    const points: Point[] = [[coordinate(x), coordinate(y), toDigits(Math.max(0, t), 1)]];
    this.current = { position: this.strokes.length, points, pressure: given, input, removed_ms: null };
    this.strokes.push(this.current);
    this.point_count += 1;
    return true;
  }

  /** The pen moves; a point that adds nothing is dropped, and so is everything once the drawing is full. */
  extend(x: number, y: number, t: number, pressure: number | null): boolean {
    const { current } = this;
    const last = current?.points.at(-1);
    if (!current || !last || this.point_count >= MAX_POINTS || current.points.length >= MAX_STROKE_POINTS) return false;
    const at: Point = [coordinate(x), coordinate(y), toDigits(Math.max(last[2], t), 1)];
    if (Math.hypot(at[0] - last[0], at[1] - last[1]) < NEAREST) return false;
    current.points.push(at);
    current.pressure?.push(toDigits(pressure ?? 0, 3));
    this.point_count += 1;
    return true;
  }

  /** The pen comes up. */
  end(): void {
    this.current = null;
  }

  /** Take the newest stroke back. */
  undo(t: number): boolean {
    const last = this.visible.at(-1);
    if (!last || this.current) return false;
    last.removed_ms = this.after(t);
    this.undo_count += 1;
    return true;
  }

  /** Take everything back. */
  clear(t: number): void {
    const removed_ms = this.after(t);
    this.current = null;
    for (const stroke of this.visible) stroke.removed_ms = removed_ms;
    this.clear_count += 1;
  }

  /** A time that is not before the last point. */
  private after(t: number): number {
    return toDigits(Math.max(t, ...this.strokes.map((stroke) => stroke.points.at(-1)?.[2] ?? 0)), 1);
  }
}
