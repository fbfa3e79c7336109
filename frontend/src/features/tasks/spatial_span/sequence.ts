/** One trial of blocks that light up and are pressed: which is lit when, and what was pressed, without any drawing. */
import type { TapTrial } from '../touch/task';
import { type InputType, rounded } from '../touch/timing';

export interface SpanTiming {
  interval_ms: number;
  lit_ms: number;
}

export type Light = { light: number } | 'dark' | 'answer' | null;

export class SpanTrial {
  readonly taps: TapTrial[] = [];
  readonly onsets_ms: number[] = [];
  private isLit = false;
  private isAnswered = false;

  constructor(
    private readonly sequence: readonly number[],
    private readonly timing: SpanTiming,
    private readonly is_practice: boolean,
  ) {}

  /** Whether presses are taken: once the last block has gone dark. */
  get isOpen(): boolean {
    return this.isAnswered && this.taps.length < this.sequence.length;
  }

  get isDone(): boolean {
    return this.taps.length >= this.sequence.length;
  }

  /** A frame is drawn at this time, counted from the start: what changes in it. Each block has an interval of its own. */
  frame(at_ms: number): Light {
    const { interval_ms, lit_ms } = this.timing;
    const shown = this.onsets_ms.length;
    const last_ms = this.onsets_ms.at(-1) ?? 0;
    if (this.isLit && at_ms - last_ms >= lit_ms) {
      this.isLit = false;
      if (shown < this.sequence.length) return 'dark';
      this.isAnswered = true;
      return 'answer';
    }
    if (this.isLit || shown >= this.sequence.length || at_ms < interval_ms * (shown + 1)) return null;
    this.onsets_ms.push(rounded(at_ms));
    this.isLit = true;
    return { light: this.sequence[shown] ?? 0 };
  }

  /** A press; one while the blocks are still lighting up belongs to nothing. */
  tap(place: number, at_ms: number, input: InputType): boolean {
    if (!this.isOpen) return false;
    const { is_practice } = this;
    this.taps.push({ position: this.taps.length, place, at_ms: rounded(at_ms), is_practice, input });
    return true;
  }

  isRight(direction: string): boolean {
    const asked = direction === 'backward' ? [...this.sequence].reverse() : this.sequence;
    return this.isDone && this.taps.every((tap, at) => tap.place === asked[at]);
  }
}
