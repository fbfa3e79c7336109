/** At the end, each failed try in a few lines: whoever reads only the last page of a long log sees what it was. */
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';

const LINES_SHOWN = 6;
const CHARACTERS_SHOWN = 160;

export default class Failures implements Reporter {
  readonly #lines: string[] = [];

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status === test.expectedStatus || result.status === 'skipped') return;
    const seconds = Math.round(result.duration / 1000);
    this.#lines.push(`${test.title}: try ${result.retry + 1} ${result.status} after ${seconds} s`);
    for (const error of result.errors) this.#lines.push(...told(error.message ?? error.value ?? '', error.location));
  }

  onEnd(result: FullResult): void {
    if (this.#lines.length === 0) return;
    console.log(`\nWhat failed (the run as a whole ${result.status}):\n${this.#lines.join('\n')}`);
  }

  printsToStdio(): boolean {
    return false; // the list of tests stays the reporter of the terminal
  }
}

function told(message: string, at: { file: string; line: number } | undefined): string[] {
  const lines = stripVTControlCharacters(message).split('\n');
  const meant = lines.filter((line) => line.trim() !== '').slice(0, LINES_SHOWN);
  const place = at ? [`at ${relative(process.cwd(), at.file)}:${at.line}`] : [];
  return [...place, ...meant].map((line) => `    ${line.slice(0, CHARACTERS_SHOWN)}`);
}
