// @vitest-environment jsdom
import { cleanup, render, screen, within } from '@testing-library/react';
import axe from 'axe-core';
import { afterEach, expect, test } from 'vitest';
import { PressTrials } from './PressTrials';
import { question } from './result.fixture';

afterEach(cleanup);

const trial = (position: number, reaction_time_ms: number | null, is_practice = false) => ({
  position,
  stimulus: 0,
  response: reaction_time_ms === null ? null : 0,
  onset_ms: 4000 * position + 2000,
  reaction_time_ms,
  is_practice,
});
const evidence = (text: string, label: string) => ({
  text,
  label,
  points: 0,
  rule: 'reaction_time@1',
  onset_s: 2,
  offset_s: 3,
});

test('each time is drawn with what the rule took it for, and what was not right is listed', async () => {
  const found = question({
    evidence: [
      evidence('square 1: 1 after 310 ms', 'right'),
      evidence('square 1: nothing', 'no_answer'),
      evidence('square 1: 1 after 1240 ms', 'lapse'),
    ],
  });
  const trials = [trial(0, 900, true), trial(1, null), trial(0, 310), trial(2, 1240)];
  render(<PressTrials question={found} trials={trials} />);
  expect([...document.querySelectorAll('circle')].map((dot) => dot.getAttribute('data-label'))).toEqual([
    'right',
    'lapse',
  ]);
  expect(screen.getByRole('img', { name: '3 trials up to 1500 ms' })).toBeTruthy();
  const rows = within(screen.getByRole('table', { name: 'Other than right' })).getAllByRole('row');
  expect(rows.map((row) => row.textContent).slice(1)).toEqual([
    '6.0 s2square 1: nothingNo answer',
    '10.0 s3square 1: 1 after 1240 msLapse',
  ]);
  expect((await axe.run(document.body, { rules: { region: { enabled: false } } })).violations).toEqual([]);
});
