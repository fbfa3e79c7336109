// @vitest-environment jsdom
import { cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, expect, test } from 'vitest';
import { ResultView } from './ResultView';
import { DIGITS, FLUENCY, question, result } from './result.fixture';
import type { InstrumentResult } from './result';

afterEach(cleanup);

function cards(): string[] {
  return [...document.querySelectorAll('#digit_span summary')].map((summary) => summary.textContent);
}

test('the profile is a table of value, unit, interval, state and reason', () => {
  render(<ResultView result={result()} />);
  const table = screen.getByRole('table', { name: 'Raw scores by instrument' });
  const row = within(table).getByRole('row', { name: /Longest span forward/ });
  expect(
    within(row)
      .getAllByRole('cell')
      .map((cell) => cell.textContent),
  ).toEqual(['5', 'digits', '5 to 6', 'Needs reviewOne answer is doubtful.']);
  expect(within(table).getByText('No answer was recorded.')).toBeTruthy();
});

test('what is doubtful comes first and is open, unless the order asked for is another', async () => {
  render(<ResultView result={result()} />);
  expect(cards()[0]).toContain('Forward, 4 digits');
  expect([...document.querySelectorAll('#digit_span details')].map((d) => (d as HTMLDetailsElement).open)).toEqual([
    true,
    false,
    false,
  ]);
  await userEvent.selectOptions(screen.getByLabelText('Order'), 'As asked');
  expect(cards()[0]).toContain('Forward, 3 digits');
});

test('the filter leaves only what needs review', async () => {
  render(<ResultView result={result()} />);
  await userEvent.click(screen.getByRole('radio', { name: 'Needs review (1)' }));
  expect(cards()).toHaveLength(1);
  expect(document.querySelector('#category_fluency')).toBeNull();
});

test('who is not shown words is told so, and sees what is counted', () => {
  const bare = { answer: null, reason: null, evidence: null, transcript: null, trials: null };
  const instruments = [{ ...DIGITS, reason: null, questions: [question({ ...bare, status: 'needs_review' })] }];
  render(<ResultView result={result({ instruments, are_words_shown: false })} />);
  expect(screen.getByRole('note').textContent).toContain('the organisation has not allowed it');
  expect(screen.getByText(/Answer, sound and evidence are not shown/)).toBeTruthy();
  expect(cards()[0]).toContain('1 point');
  expect(screen.queryByText(/was not opened/)).toBeNull();
  expect(screen.queryByLabelText(/How sure the recogniser was/)).toBeNull();
});

test('who is shown words is told nothing of them', () => {
  render(<ResultView result={result()} />);
  expect(screen.queryByRole('note')).toBeNull();
  expect(screen.getByLabelText(/How sure the recogniser was/)).toBeTruthy();
});

const FREQUENCY = ['Not at all', 'Several days'].map((text, points) => ({ id: `o${points}`, text, points }));
const FORM: InstrumentResult = {
  ...DIGITS,
  instrument: 'phq_9',
  title: 'How you have been feeling',
  status: 'scored',
  measures: [
    {
      name: 'total',
      title: 'PHQ-9 sum (0 to 27)',
      value: 6,
      unit: 'points',
      status: 'scored',
      reason: null,
      expected: 6,
      interval_90: [6, 6],
      band: 'mild symptoms (5 to 9)',
    },
  ],
  questions: [
    question({
      question_id: 'q-f',
      kind: 'form',
      title: 'How you have been feeling',
      values: { total: 6 },
      trials: [{ item: 'harm', option: 'o1', reaction_time_ms: 2540, change_count: 2 }],
      parameters: {
        items: [
          { id: 'harm', text: 'Thoughts of harm', scale: 'frequency' },
          { id: 'difficulty', text: 'How difficult', scale: 'frequency' },
        ],
        scales: { frequency: { options: FREQUENCY } },
        sums: [
          {
            measure: 'total',
            title: 'PHQ-9 sum',
            source: 'Kroenke 2001',
            bands: [
              { lowest: 0, text: 'minimal' },
              { lowest: 5, text: 'mild symptoms (5 to 9)' },
            ],
          },
        ],
        notices: [{ item: 'harm', options: ['o1'], kind: 'flag' }],
      },
    }),
  ],
};
const FLAG = {
  code: 'self_harm',
  instrument: 'phq_9',
  question_id: 'q-f',
  title: 'Thoughts of death or self-harm',
  detail: 'Please talk with them today.',
};

test('a flag comes before everything else, and axe finds nothing', async () => {
  render(<ResultView result={result({ instruments: [FORM], flags: [FLAG] })} />);
  const headings = screen.getAllByRole('heading', { level: 2 }).map((heading) => heading.textContent);
  expect(headings[0]).toBe('Look at this first');
  expect(screen.getByText('Please talk with them today.')).toBeTruthy();
  const { violations } = await axe.run(screen.getByRole('region', { name: 'Look at this first' }));
  expect(violations.map((violation) => violation.id)).toEqual([]);
});

test('a flag of a form that never arrived says so', () => {
  const { rerender } = render(<ResultView result={result({ instruments: [FORM], flags: [FLAG] })} />);
  expect(screen.getByRole('link', { name: 'To the answers' })).toBeTruthy();
  rerender(<ResultView result={result({ instruments: [FORM], flags: [{ ...FLAG, question_id: null }] })} />);
  expect(screen.queryByRole('link', { name: 'To the answers' })).toBeNull();
  expect(screen.getByText(/the form itself has not arrived/)).toBeTruthy();
});

test('the answers of a form stand with their points, their times and the published band', () => {
  render(<ResultView result={result({ instruments: [FORM] })} />);
  const table = screen.getByRole('table', { name: 'Answers', hidden: true });
  const cells = within(table)
    .getAllByRole('row', { hidden: true })
    .slice(1)
    .map((row) => [...row.children].map((cell) => cell.textContent));
  expect(cells).toEqual([
    ['1. Thoughts of harm', 'Several days', '1', '2.5 s', '2'],
    ['2. How difficult', 'Not put', '–', '–', '0'],
  ]);
  expect(screen.getByText(/Kroenke 2001/, { exact: false }).textContent).toContain('mild symptoms (5 to 9)');
  expect(screen.queryByRole('heading', { name: 'Look at this first' })).toBeNull();
});

test('what is not scorable says why', () => {
  render(<ResultView result={result()} />);
  expect(screen.getByText('No voice was found in the recording.')).toBeTruthy();
});

test('what else was heard stands once, and what the same ways heard stands together', () => {
  const [first] = DIGITS.questions;
  if (!first?.transcript) throw new Error('the first question has a transcript');
  const alternatives = [
    { method: 'base beam 1', text: 'Five, eight, two.' }, // as heard
    { method: 'base beam 2', text: '592' },
    { method: 'base stretches', text: '592' },
    { method: 'alike by their sound', text: '582' },
    { method: 'alike by their sound', text: '587' },
  ];
  const asked = question({ ...first, transcript: { ...first.transcript, text: 'five eight two', alternatives } });
  render(<ResultView result={result({ instruments: [{ ...DIGITS, questions: [asked] }] })} />);
  const heading = screen.getByText('Also heard, by another way of listening');
  const lines = [...(heading.parentElement?.querySelectorAll('li') ?? [])].map((line) => line.textContent);
  expect(lines).toEqual(['“592” base beam 2, base stretches', '“582”, “587” alike by their sound']);
});

test('a filter that finds nothing says so', async () => {
  const instruments = [{ ...DIGITS, questions: [question()] }];
  render(<ResultView result={result({ instruments })} />);
  await userEvent.click(screen.getByRole('radio', { name: 'Needs review (0)' }));
  expect(screen.getByText('No answer needs review.')).toBeTruthy();
});

test('a simulated session is marked', () => {
  const real = result();
  const { rerender } = render(<ResultView result={real} />);
  expect(screen.queryByText('Simulated session.')).toBeNull();
  rerender(<ResultView result={{ ...real, session: { ...real.session, is_simulated: true } }} />);
  expect(screen.getByText('Simulated session.')).toBeTruthy();
});

test('a session being measured shows how far it is', () => {
  render(<ResultView result={result({ status: 'measuring', progress: { done: 3, total: 7 } })} />);
  expect(screen.getByText('3 of 7 answers measured')).toBeTruthy();
  expect(screen.getByRole('progressbar').getAttribute('max')).toBe('7');
});

test('fluency is shown by quarters, with repetitions and intrusions named', () => {
  render(<ResultView result={result({ instruments: [FLUENCY] })} />);
  const timeline = document.querySelector('[aria-label="What was said, by quarter of the minute"]');
  const heads = [...(timeline?.querySelectorAll('h4') ?? [])].map((head) => head.textContent);
  expect(heads).toEqual(['0 to 15 s 1 valid', '15 to 30 s 1 valid', '30 to 45 s 0 valid', '45 to 60 s 0 valid']);
  expect(timeline?.textContent).toContain('tableIntrusion');
  expect(timeline?.textContent).toContain('dogRepetition');
});

test('printing opens every answer and closes it again', () => {
  render(<ResultView result={result()} />);
  const states = () => [...document.querySelectorAll('details')].map((details) => details.open);
  const before = states();
  window.dispatchEvent(new Event('beforeprint'));
  expect(states().every(Boolean)).toBe(true);
  window.dispatchEvent(new Event('afterprint'));
  expect(states()).toEqual(before);
});

test('the page says that the system does not diagnose, and never the noun', () => {
  render(<ResultView result={result()} />);
  expect(document.body.textContent).toContain('does not diagnose');
  expect(document.body.textContent).not.toMatch(/diagnos(is|tic)/i);
});

test('axe finds nothing, with every answer open', async () => {
  const { container } = render(
    <main>
      <ResultView result={result()} />
    </main>,
  );
  window.dispatchEvent(new Event('beforeprint'));
  // jsdom does not lay out, so contrast is checked in the browser instead
  const found = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  expect(found.violations.map((violation) => [violation.id, violation.nodes[0]?.html])).toEqual([]);
});
