/** What a simulated person answers: the profiles of `cas simulate`, asked question by question. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { PlanPart, PlannedQuestion } from './plan';
import { lay } from './voice';

export interface Trial extends Record<string, unknown> {
  is_practice?: boolean;
}

export interface Answer {
  said: string;
  /** Of the sound that was written; none where nothing is said. */
  length_s?: number;
  response?: { trials: Trial[] };
}

export class Mind {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private faults = '';

  constructor(
    seed: number,
    /** What the microphone of this person's browser hears. */
    private readonly heard: string,
  ) {
    lay([], `${heard}.quiet`);
    this.greet();
    const python = resolve(import.meta.dirname, '../../.venv/bin/python');
    this.child = spawn(python, [join(import.meta.dirname, 'voice/person.py'), String(seed)]);
    this.child.stderr.on('data', (bytes: Buffer) => (this.faults += bytes.toString()));
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async answer(part: PlanPart, question: PlannedQuestion, attempt: number, time_zone: string): Promise<Answer> {
    this.child.stdin.write(`${JSON.stringify({ part, question, attempt, time_zone, wav: `${this.heard}.answer` })}\n`);
    const line = await this.lines.next();
    if (line.done) throw new Error(`The person does not answer any more:\n${this.faults}`);
    return JSON.parse(line.value) as Answer;
  }

  /** The microphone hears somebody try it. */
  greet(): void {
    lay([{ at_s: 0.8, words: ['monday', 'november'] }], this.heard);
  }

  /** The microphone hears the answer, from when it is opened next. */
  speakUp(): void {
    copyFileSync(`${this.heard}.answer`, this.heard);
  }

  /** The microphone hears nothing but the room, from when it is opened next. */
  hush(): void {
    copyFileSync(`${this.heard}.quiet`, this.heard);
  }

  end(): void {
    this.child.stdin.end();
  }
}
