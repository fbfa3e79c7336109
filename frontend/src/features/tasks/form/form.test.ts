import { describe, expect, test } from 'vitest';
import {
  type FormDraft,
  type FormParameters,
  begun,
  choose,
  isLast,
  leaveOut,
  move,
  needsHelp,
  placeOf,
  shownAgain,
  trialsOf,
} from './form';

const FREQUENCY = ['never', 'often'].map((id, points) => ({ id, text: id, points }));
const FORM: FormParameters = {
  items: [
    { id: 'a', text: 'A', audio: null, scale: 'frequency', only_after_points: false },
    { id: 'b', text: 'B', audio: null, scale: 'frequency', only_after_points: false },
    { id: 'hard', text: 'How hard', audio: null, scale: 'difficulty', only_after_points: true },
  ],
  scales: {
    frequency: { stem: null, options: FREQUENCY },
    difficulty: { stem: null, options: [{ id: 'very', text: 'very', points: null }] },
  },
  notices: [
    { item: 'b', options: ['often'], kind: 'flag', shows_help: true },
    { item: 'a', options: ['often'], kind: 'disturbance', shows_help: false },
  ],
};
const START = begun(1000, new Date(0));

describe('a form', () => {
  test('reports one trial an item, with times from its start', () => {
    const first = move(FORM, choose(FORM, START, 'never', 3500.04, 'touch'), 1, 4000);
    const done = move(FORM, choose(FORM, first, 'never', 5000, 'key'), 1, 5500);
    expect(done.at).toBe(FORM.items.length);
    expect(trialsOf(FORM, done)).toEqual([
      {
        position: 0,
        item: 'a',
        option: 'never',
        onset_ms: 0,
        reaction_time_ms: 2500,
        time_ms: 3000,
        change_count: 0,
        input: 'touch',
      },
      {
        position: 1,
        item: 'b',
        option: 'never',
        onset_ms: 3000,
        reaction_time_ms: 1000,
        time_ms: 1500,
        change_count: 0,
        input: 'key',
      },
    ]);
  });

  test('counts changes of mind, also after going back, and keeps the time of the first choice', () => {
    let state = choose(FORM, START, 'never', 2000, 'mouse');
    state = choose(FORM, state, 'never', 2500, 'mouse'); // the same again is no change
    state = move(FORM, state, 1, 3000);
    state = move(FORM, state, -1, 7000);
    state = move(FORM, choose(FORM, state, 'often', 8000, 'touch'), 1, 8500);
    expect(trialsOf(FORM, state)[0]).toMatchObject({
      option: 'often',
      change_count: 1,
      reaction_time_ms: 1000,
      time_ms: 3500,
      onset_ms: 0,
      input: 'touch',
    });
    expect(trialsOf(FORM, state)[1]).toMatchObject({ option: null, time_ms: 4000 });
  });

  test('puts what needs points only after some, and drops it when they are taken back', () => {
    let state = move(FORM, choose(FORM, START, 'often', 2000, 'touch'), 1, 2000);
    expect(isLast(FORM, state)).toBe(false);
    state = move(FORM, choose(FORM, state, 'never', 3000, 'touch'), 1, 3000);
    expect(FORM.items[state.at]?.id).toBe('hard');
    state = choose(FORM, state, 'very', 4000, 'touch');
    expect(placeOf(FORM, state)).toEqual({ number: 3, count: 3 });
    state = move(FORM, move(FORM, state, -1, 4000), -1, 4000);
    state = choose(FORM, state, 'never', 5000, 'touch');
    expect(placeOf(FORM, state)).toEqual({ number: 1, count: 2 });
    state = move(FORM, move(FORM, state, 1, 6000), 1, 6000);
    expect(state.at).toBe(FORM.items.length);
    expect(trialsOf(FORM, state).map((trial) => trial.item)).toEqual(['a', 'b']);
  });

  test('knows an item that was left out, also one that had an answer', () => {
    const state = leaveOut(FORM, choose(FORM, START, 'often', 2000, 'touch'));
    expect(trialsOf(FORM, state)[0]).toMatchObject({
      option: null,
      reaction_time_ms: null,
      input: null,
      change_count: 1,
    });
  });

  test('counts no time of a pause', () => {
    const back = shownAgain({ state: choose(FORM, START, 'never', 2000, 'touch'), kept_ms: 2000 }, 90_000);
    expect(trialsOf(FORM, move(FORM, back, 1, 91_000))[0]?.time_ms).toBe(2000);
  });

  test('goes on after a reload, whose page has a clock of its own, as if time had stood still', () => {
    const first = move(FORM, choose(FORM, START, 'often', 2000, 'touch'), 1, 3000);
    const kept = JSON.parse(JSON.stringify({ state: first, kept_ms: 3000 })) as FormDraft;
    const done = move(FORM, choose(FORM, shownAgain(kept, 50), 'never', 1050, 'touch'), 1, 1550);
    expect(done.presented_at).toEqual(new Date(0));
    expect(trialsOf(FORM, done)[1]).toMatchObject({ onset_ms: 2000, reaction_time_ms: 1000, time_ms: 1500 });
  });

  test('cannot go back before its beginning', () => {
    expect(move(FORM, START, -1, 2000)).toBe(START);
  });

  test('asks for help only where the answer and the form say so', () => {
    const parameters = FORM as unknown as Record<string, unknown>;
    expect(needsHelp(parameters, [{ item: 'b', option: 'often' }])).toBe(true);
    expect(needsHelp(parameters, [{ item: 'b', option: 'never' }])).toBe(false);
    expect(needsHelp(parameters, [{ item: 'b', option: null }])).toBe(false);
    expect(needsHelp(parameters, [{ item: 'a', option: 'often' }])).toBe(false);
    expect(needsHelp({}, [{ item: 'b', option: 'often' }])).toBe(false);
  });
});
