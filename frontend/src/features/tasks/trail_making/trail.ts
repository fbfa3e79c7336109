/** The way through the circles: what was pressed when, without any drawing. */
import type { TapTrial } from '../touch/task';
import { type InputType, rounded } from '../touch/timing';

export interface TrailBoard {
  /** Centres in px, in the order in which they are to be pressed. */
  circles: [number, number][];
  labels: string[];
}

export type TapMeaning = 'right' | 'wrong' | 'repeated';

export class Trail {
  readonly taps: TapTrial[] = [];
  /** How many circles are reached, which is also the place of the next one. */
  reached = 0;
  wrong_count = 0;

  constructor(
    private readonly count: number,
    private readonly is_practice: boolean,
  ) {}

  get isDone(): boolean {
    return this.reached >= this.count;
  }

  tap(place: number, at_ms: number, input: InputType): TapMeaning | null {
    if (this.isDone || at_ms < 0) return null;
    const { is_practice } = this;
    this.taps.push({ position: this.taps.length, place, at_ms: rounded(at_ms), is_practice, input });
    if (place === this.reached) {
      this.reached += 1;
      return 'right';
    }
    if (place === this.reached - 1) return 'repeated';
    this.wrong_count += 1;
    return 'wrong';
  }
}

/** The places from top to bottom: the order of a keyboard must not be that of the way. */
export function readingOrder(circles: readonly [number, number][]): number[] {
  return circles
    .map(([x, y], place) => ({ x, y, place }))
    .sort((a, b) => a.y - b.y || a.x - b.x)
    .map(({ place }) => place);
}
