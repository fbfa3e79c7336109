/** Trials in which one waits, sees something and presses, or does not: what happened when, without any drawing. */
import { type InputType, rounded } from './timing';

export interface PlannedPress {
  stimulus: number;
  wait_ms: number;
}

/** One trial as it is reported; whether it was right is for the server to say. */
export interface PressTrial {
  position: number;
  stimulus: number;
  /** What was pressed, null if nothing was in time. */
  response: number | null;
  /** How long the wait was on this screen, whose frames come when they come. */
  waited_ms: number;
  onset_ms: number;
  reaction_time_ms: number | null;
  /** Presses during the wait. */
  premature_count: number;
  is_practice: boolean;
  input: InputType | null;
}

/** What a frame has to draw: a stimulus, nothing any more, no change, or that all is over. */
export type Change = { show: number } | 'clear' | 'over' | null;

export class PressBlock {
  readonly trials: PressTrial[] = [];
  private wait_began_ms: number | null = null;
  private onset_ms: number | null = null;
  private premature = 0;
  private isCleared = true;

  constructor(
    private readonly planned: readonly PlannedPress[],
    private readonly slowest_ms: number,
    private readonly is_practice: boolean,
  ) {}

  get isShown(): boolean {
    return this.onset_ms !== null;
  }

  /** A frame is drawn at this time, counted from the start of the block. */
  frame(at_ms: number): Change {
    const next = this.planned[this.trials.length];
    if (this.onset_ms !== null && next && at_ms - this.onset_ms >= this.slowest_ms) this.keep(null, null, null);
    const coming = this.planned[this.trials.length];
    if (this.onset_ms !== null) return null;
    if (!coming) return 'over';
    this.wait_began_ms ??= at_ms;
    if (!this.isCleared) {
      this.isCleared = true;
      return 'clear';
    }
    if (at_ms - this.wait_began_ms < coming.wait_ms) return null;
    this.onset_ms = at_ms;
    this.isCleared = false;
    return { show: coming.stimulus };
  }

  /** A press: the trial it ended, or null for one that came before there was anything to see. */
  press(response: number, at_ms: number, input: InputType): PressTrial | null {
    if (this.trials.length >= this.planned.length) return null;
    if (this.onset_ms === null || at_ms < this.onset_ms) {
      this.premature += 1;
      return null;
    }
    if (at_ms - this.onset_ms >= this.slowest_ms) return null; // too late: the next frame ends the trial, as a miss
    return this.keep(response, at_ms - this.onset_ms, input);
  }

  private keep(response: number | null, reaction_time_ms: number | null, input: InputType | null): PressTrial | null {
    const planned = this.planned[this.trials.length];
    if (!planned || this.onset_ms === null || this.wait_began_ms === null) return null;
    const trial: PressTrial = {
      position: this.trials.length,
      stimulus: planned.stimulus,
      response,
      waited_ms: rounded(this.onset_ms - this.wait_began_ms),
      onset_ms: rounded(this.onset_ms),
      reaction_time_ms: reaction_time_ms === null ? null : rounded(reaction_time_ms),
      premature_count: this.premature,
      is_practice: this.is_practice,
      input,
    };
    this.trials.push(trial);
    this.wait_began_ms = null;
    this.onset_ms = null;
    this.premature = 0;
    return trial;
  }
}
