/** Milliseconds that only grow, for timing; tests give their own. */
export type Clock = () => number;
export const performanceNow: Clock = () => performance.now();

/** The wall clock as the API wants it. */
export const isoNow = (): string => new Date().toISOString();

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
