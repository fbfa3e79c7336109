/** What the person says: words of ./voice at given seconds after the microphone was opened. */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { VOICE, folder } from './system';

export interface Slot {
  at_s: number;
  words: string[];
  gap_s?: number;
}

/** Lay the sound ready; Chromium reads the file anew each time the microphone is opened. */
export function lay(slots: Slot[], file = join(folder(), VOICE)): void {
  const python = resolve(import.meta.dirname, '../../.venv/bin/python');
  const speak = join(import.meta.dirname, 'voice/speak.py');
  const { status, stderr } = spawnSync(python, [speak, file], { input: JSON.stringify(slots) });
  if (status !== 0) throw new Error(stderr.toString());
}

export const digits = (text: string): string[] => Array.from(text, (digit) => `digit_${digit}`);
