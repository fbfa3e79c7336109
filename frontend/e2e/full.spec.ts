/** A person takes the whole battery at a person's pace, with a pause, a lost network and a closed tab on the way. */
import { join } from 'node:path';
import { type Page, expect, test } from '@playwright/test';
import type { InstrumentResult, Question, Result } from '../src/features/results/result';
import type { Response } from '../src/features/session/types';
import { Mind } from './mind';
import { arrive, expectAccessible, invite, signIn } from './people';
import { type Mishap, Person } from './person';
import { VOICE, folder } from './system';

/** Where on the way what happens: the place is that of a question in its task. */
const MISHAPS: [instrument: string, place: number, Mishap][] = [
  ['symbol_digit', 0, 'closed'],
  ['sentence_repetition', 1, 'offline_before'],
  ['naming', 3, 'pause'],
  ['category_fluency', 0, 'offline'],
];
const BATTERY = process.env.CAS_E2E_BATTERY ?? 'full'; // another one, to look at some tasks only
const SILENT = ['drawing', 'mood', 'timed']; // batteries in which nothing is said
const TOLD = ['reloaded', 'paused', 'offline'];
const MINUTE = 60_000;

test('the whole battery, and every instrument ends scored with evidence @full', async ({ browser }, testInfo) => {
  const { name } = testInfo.project;
  const began = Date.now();
  const desk = await browser.newContext({ viewport: { width: 1280, height: 900 }, hasTouch: false, isMobile: false });
  const staff = await desk.newPage();
  await signIn(staff);
  const link = await invite(staff, name, BATTERY);
  const context = await browser.newContext({ permissions: ['microphone'] });
  const mind = new Mind(testInfo.parallelIndex + 1, join(folder(), VOICE));
  const person = new Person(context, link, name === 'phone', mind, (words) => console.log(`${name}: ${words}`));
  const page = await person.open();
  await arrive(page, link, !SILENT.includes(BATTERY));
  mind.hush();

  await person.takeAll(MISHAPS);

  await expectAccessible(person.page);
  await person.page.getByText('Very good').click();
  await person.page.getByRole('button', { name: 'Send' }).click();
  await expect(person.page.getByText('Everything has arrived')).toBeVisible();
  mind.end();
  console.log(`${name}: ${((Date.now() - began) / MINUTE).toFixed(1)} minutes`);

  await signIn(staff); // whoever does nothing for half an hour is signed out
  const result = await resultOf(staff, person.session_id);
  expectAllScored(result, person);
  await readResult(staff, person.session_id, name, testInfo.outputPath('result.png'));
});

async function resultOf(staff: Page, session_id: string): Promise<Result> {
  const path = new URL(`/api/sessions/${session_id}/result`, staff.url()).href;
  const read = async () => (await (await staff.request.get(path)).json()) as Result;
  await expect.poll(async () => (await read()).status, { timeout: 3 * MINUTE }).toBe('ready');
  return read();
}

function expectAllScored(result: Result, person: Person): void {
  expect(result.session.state).toBe('completed');
  expect(result.instruments.map((one) => one.instrument)).toEqual(person.parts.map((part) => part.instrument));
  for (const one of result.instruments) expectScored(one, person);
  if (BATTERY === 'full') expect(result.validity.map((fact) => fact.code)).toEqual(expect.arrayContaining(TOLD));
}

/** Every measure has a value from answers that were given, and every point of an answer its evidence. */
function expectScored(instrument: InstrumentResult, { done, sent }: Person): void {
  const { instrument: slug, measures, questions, status } = instrument;
  expect(['scored', 'needs_review'], slug).toContain(status);
  for (const measure of measures) expect(measure.value, `${slug}: ${measure.name} (${measure.reason})`).not.toBeNull();
  const given = done.filter((one) => one.instrument === slug);
  for (const one of given) {
    const question = questions.find((some) => some.item_id === one.item_id && some.attempt === one.attempt);
    expect(question, `${slug}/${one.item_id} has arrived`).toBeDefined();
    const id = `${slug}/${one.item_id}/${one.attempt}`;
    if (!question || question.is_practice) continue;
    if (given.some((some) => some.item_id === one.item_id && some.attempt > one.attempt)) expectNothing(id, question);
    else expectEvidence(id, question, sent.get(id));
  }
  const notGiven = questions.filter((one) => !given.some((some) => some.item_id === one.item_id));
  for (const { item_id, skipped } of notGiven) expect(skipped, `${slug}/${item_id} was not asked`).toBe('stop_rule');
}

/** An answer in which nobody was heard, and which was therefore asked for once more, is kept and counts for nothing. */
function expectNothing(id: string, question: Question): void {
  expect(question.status, id).toBe('not_scorable');
  expect(question.recording?.state, id).toBe('complete');
  expect(question.values, id).toEqual({});
}

/** A recording with its words, or every trial that the page sent of a task that was gone through to its end. */
function expectEvidence(id: string, question: Question, sent?: Response): void {
  expect(['scored', 'needs_review'], id).toContain(question.status);
  expect(question.rule, id).not.toBeNull();
  if (question.kind === 'spoken') {
    expect(question.recording?.state, id).toBe('complete');
    expect(question.transcript?.text, id).not.toBe('');
  } else {
    expect(sent?.kind, id).toBe('trials');
    expect(question.trials, id).toHaveLength(sent?.kind === 'trials' ? sent.trials.length : 0);
    if (question.kind !== 'spatial_span') expect(question.summary?.completed, id).toBe(true);
  }
  const isAnyCounted = Object.values(question.values ?? {}).some((value) => value > 0);
  if (isAnyCounted) expect(question.evidence, id).not.toEqual([]);
}

async function readResult(staff: Page, session_id: string, name: string, path: string): Promise<void> {
  await staff.goto(new URL(`/clinic/session?id=${session_id}`, staff.url()).href);
  await expect(staff.getByRole('heading', { name: 'Answers' })).toBeVisible({ timeout: 30_000 });
  await expect(staff.getByText(name).first()).toBeVisible();
  await expectAccessible(staff);
  await staff.screenshot({ path, fullPage: true });
}
