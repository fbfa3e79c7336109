/** A block of symbol-digit trials: what was pressed when, without any drawing. */

import { type InputType, rounded } from '../touch/timing';

export interface SymbolDigitTrial {
  position: number;
  symbol: number;
  /** The number pressed, 1 to 9. */
  response: number;
  is_correct: boolean;
  onset_ms: number;
  reaction_time_ms: number;
  is_practice: boolean;
  input: InputType;
}

/** `key[i]` is the symbol above the number i + 1. */
export function rightNumber(key: readonly number[], symbol: number): number {
  return key.indexOf(symbol) + 1;
}

export class Block {
  readonly trials: SymbolDigitTrial[] = [];
  private onset_ms: number | null = null;

  constructor(
    private readonly key: readonly number[],
    private readonly sequence: readonly number[],
    private readonly is_practice: boolean,
  ) {}

  get position(): number {
    return this.trials.length;
  }

  get symbol(): number | null {
    return this.sequence[this.position] ?? null;
  }

  /** The symbol was drawn in the frame at this time, counted from the start of the block. */
  shown(at_ms: number): void {
    this.onset_ms = at_ms;
  }

  /** A press; one before the symbol was drawn belongs to nothing and is dropped. */
  press(response: number, at_ms: number, input: InputType): SymbolDigitTrial | null {
    if (this.symbol === null || this.onset_ms === null || at_ms < this.onset_ms) return null;
    const trial: SymbolDigitTrial = {
      position: this.position,
      symbol: this.symbol,
      response,
      is_correct: response === rightNumber(this.key, this.symbol),
      onset_ms: rounded(this.onset_ms),
      reaction_time_ms: rounded(at_ms - this.onset_ms),
      is_practice: this.is_practice,
      input,
    };
    this.trials.push(trial);
    this.onset_ms = null;
    return trial;
  }
}

/** A trial as the API wants it: whether it was right is for the server to say. */
export function reported(trial: SymbolDigitTrial): Omit<SymbolDigitTrial, 'is_correct'> {
  const { position, symbol, response, onset_ms, reaction_time_ms, is_practice, input } = trial;
  return { position, symbol, response, onset_ms, reaction_time_ms, is_practice, input };
}

/** How much of a practice was right. */
export function rightShareOf(trials: readonly SymbolDigitTrial[]): number {
  return trials.filter((trial) => trial.is_correct).length / trials.length;
}
