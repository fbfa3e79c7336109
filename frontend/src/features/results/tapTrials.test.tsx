// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { SpanTrials } from './SpanTrials';
import { TrailTrials } from './TrailTrials';
import { question } from './result.fixture';

afterEach(cleanup);

const tap = (position: number, place: number, is_practice = false) => ({
  ...{ position, place, at_ms: 1000 * (position + 1), is_practice, input: 'touch' },
});
const evidence = (text: string, label: string) => ({
  ...{ text, label, points: 0, rule: 'x@1', onset_s: 0, offset_s: 1.25 },
});
const rows = () => [...document.querySelectorAll('tbody tr')].map((row) => row.textContent);

test('the way through the circles as far as it went, with the wrong one', () => {
  const trail = { circles: [[30, 90], [30, 30], [90, 30]], labels: ['1', 'A', '2'] }; // prettier-ignore
  const found = question({
    parameters: { trail, width: 120, height: 120, radius: 22 },
    evidence: [
      evidence('start to 1: 1.00 s', 'right'),
      evidence('1 to 2: 1.00 s', 'wrong'),
      evidence('1 to A: 1.00 s', 'right'),
    ],
  });
  render(<TrailTrials question={found} trials={[tap(0, 0, true), tap(0, 0), tap(1, 2), tap(2, 1)]} />);
  expect(screen.getByRole('img', { name: '2 of 3 circles reached, 1 pressed wrongly' })).toBeTruthy();
  expect(document.querySelector('polyline')?.getAttribute('points')).toBe('30,90 30,30');
  expect(document.querySelector('[data-label="wrong"]')?.textContent).toBe('2');
  expect(rows()).toEqual(['1.3 sstart to 1: 1.00 sRight', '1.3 s1 to 2: 1.00 sWrong', '1.3 s1 to A: 1.00 sRight']);
});

test('blocks carry the order of their presses, also of one that was pressed twice', () => {
  const found = question({
    answer: '2 1 2',
    parameters: { blocks: [[40, 40], [120, 40], [40, 120]], width: 160, height: 160, size: 64 }, // prettier-ignore
    evidence: [evidence('block 2', 'right'), evidence('block 1 instead of 3', 'wrong'), evidence('block 2', 'right')],
  });
  render(<SpanTrials question={found} trials={[tap(2, 1), tap(0, 1), tap(1, 0)]} />);
  expect([...document.querySelectorAll('svg text')].map((text) => text.textContent)).toEqual(['2', '1, 3', '']);
  expect(rows()).toEqual(['1block 2Right', '2block 1 instead of 3Wrong1000 ms', '3block 2Right1000 ms']);
});
