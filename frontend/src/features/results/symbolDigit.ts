export interface SymbolDigitTrial {
  position: number;
  symbol: number;
  response: number | null;
  onset_ms: number;
  reaction_time_ms: number;
  is_practice: boolean;
}

export const BIN_S = 30;

export interface Bin {
  from_s: number;
  to_s: number;
  right: number;
  wrong: number;
}

/** The number that belongs to a symbol: the key lists the symbols in the order of their numbers, 1 first. */
export function numberOf(symbol: number, key: readonly number[]): number {
  return key.indexOf(symbol) + 1;
}

export function isRight(trial: SymbolDigitTrial, key: readonly number[]): boolean {
  return trial.response === numberOf(trial.symbol, key);
}

/** Right and wrong responses in each 30 seconds of the block, by the moment of the response; practice is left out. */
export function bins(trials: readonly SymbolDigitTrial[], key: readonly number[], duration_s: number): Bin[] {
  const timed = trials.filter((trial) => !trial.is_practice && trial.response !== null);
  return Array.from({ length: Math.ceil(duration_s / BIN_S) }, (_, index) => {
    const from_s = index * BIN_S;
    const to_s = Math.min(from_s + BIN_S, duration_s);
    const inside = timed.filter((trial) => {
      const at_s = (trial.onset_ms + trial.reaction_time_ms) / 1000;
      return at_s >= from_s && at_s < to_s;
    });
    const right = inside.filter((trial) => isRight(trial, key)).length;
    return { from_s, to_s, right, wrong: inside.length - right };
  });
}
