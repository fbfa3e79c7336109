/** A simulated person before a real browser: reads what the page asks, answers it, and is disturbed on the way. */
import { type BrowserContext, type Page, expect } from '@playwright/test';
import { HANDS, press } from './hands';
import { holdMicrophone, utter } from './microphone';
import type { Answer, Mind } from './mind';
import type { Response } from '../src/features/session/types';
import { checkDevice } from './people';
import { type PlanPart, type Planned, type PlannedQuestion, planOf } from './plan';

/** What happens while a question is answered. */
export type Mishap = 'pause' | 'offline' | 'offline_before' | 'closed';

export interface Done {
  instrument: string;
  item_id: string;
  attempt: number;
  answer: Answer;
}

interface Sent {
  instrument: string;
  item_id: string;
  attempt: number;
  response: Response;
}

const BEGIN = /^(Begin|Listen to the (numbers|sentence|words)|Show the picture|Try again)$/;
const OFFLINE_MS = 25_000;
const CLOSED_AFTER_MS = 50_000;
const AWAY_MS = 20_000;
const MINUTE = 60_000;

export class Person {
  readonly done: Done[] = [];
  private readonly answered = new Set<string>();
  /** What the page sent, by `instrument/item_id/attempt`. */
  readonly sent = new Map<string, Response>();
  private mishaps = new Map<string, Mishap>();
  private planned: Planned = { session_id: '', time_zone: '', parts: [] };
  page!: Page;

  constructor(
    private readonly context: BrowserContext,
    private readonly link: string,
    readonly hasTouch: boolean,
    private readonly mind: Mind,
    private readonly tell: (words: string) => void,
  ) {}

  get session_id(): string {
    return this.planned.session_id;
  }

  get parts(): PlanPart[] {
    return this.planned.parts;
  }

  /** A page for the link, on which answers are seen as they are sent; the microphone will be tried. */
  async open(): Promise<Page> {
    this.mind.greet();
    this.page = await this.context.newPage();
    await holdMicrophone(this.page);
    this.page.on('request', (request) => {
      if (request.method() !== 'PUT' || !request.url().includes('/questions/')) return;
      const { instrument, item_id, attempt, response } = request.postDataJSON() as Sent;
      this.answered.add(`${instrument}/${item_id}`);
      this.sent.set(`${instrument}/${item_id}/${attempt}`, response);
    });
    return this.page;
  }

  /** Everything that is asked, from the first instruction to the thanks. */
  async takeAll(mishaps: [instrument: string, place: number, Mishap][]): Promise<void> {
    this.planned = await planOf(this.page);
    for (const [instrument, place, mishap] of mishaps) {
      const question = this.parts.find((part) => part.instrument === instrument)?.questions[place];
      if (question) this.mishaps.set(`${instrument}/${question.item_id}`, mishap);
    }
    while (!(await this.step())) continue;
  }

  /** Whatever the page shows now; true when all is done. */
  private async step(): Promise<boolean> {
    const { page } = this;
    const title = await this.titleShown();
    if (title === 'Thank you. You have done it all') return true;
    for (const name of ['I am ready', 'I have read this']) if (await this.pressed(name)) return false;
    if (/^(Time for a break|That was)/.test(title) && (await this.pressed('Go on'))) return false;
    if (/^(One moment|A short rest|All tasks are done|$)/.test(title)) {
      await page.waitForTimeout(300);
      return false;
    }
    const part = await this.partShown();
    const question = part && this.questionShown(part, title);
    if (!part || !question) {
      await page.waitForTimeout(300);
      return false;
    }
    await this.answer(part, question);
    return false;
  }

  private async answer(part: PlanPart, question: PlannedQuestion): Promise<void> {
    const id = `${part.instrument}/${question.item_id}`;
    const mishap = this.mishaps.get(id);
    this.mishaps.delete(id);
    if (mishap) this.tell(`  ${id}: ${mishap}`);
    if (mishap === 'pause') await this.pause();
    if (mishap === 'offline_before') await this.context.setOffline(true);
    const isAgain = await this.page
      .getByText(/We could not hear your answer well|This is the practice once more/)
      .isVisible();
    const attempt = isAgain ? 2 : 1;
    const answer = await this.mind.answer(part, question, attempt, this.planned.time_zone);
    const began = Date.now();
    if (mishap === 'closed') return this.closeDuring(question, answer);
    if (question.kind === 'spoken') await this.speak(question, answer, `${id}/${attempt}`, mishap);
    else await this.handOf(question, answer);
    this.answered.add(id);
    this.done.push({ instrument: part.instrument, item_id: question.item_id, attempt, answer });
    this.tell(`${Math.round((Date.now() - began) / 1000)} s  ${id}${isAgain ? ' (again)' : ''}: ${answer.said}`);
  }

  private async handOf(question: PlannedQuestion, answer: Answer): Promise<void> {
    const hand = HANDS[question.kind];
    if (!hand || !answer.response) throw new Error(`No hand for ${question.kind}.`);
    await hand(this, answer.response.trials, question);
  }

  /** Until the answer is on its way, which `sent` has under this key: the next question comes within a second. */
  private async speak(question: PlannedQuestion, answer: Answer, key: string, mishap?: Mishap): Promise<void> {
    const { page } = this;
    await this.untilAsked(mishap);
    if (answer.length_s === undefined) throw new Error(`No word for ${key}.`);
    this.mind.speakUp();
    await utter(page);
    const isCut = mishap === 'offline';
    if (isCut) {
      await page.waitForTimeout(200 * answer.length_s);
      await this.context.setOffline(true);
      setTimeout(() => void this.context.setOffline(false), OFFLINE_MS + 800 * answer.length_s);
    }
    await page.waitForTimeout(1000 * answer.length_s * (isCut ? 0.8 : 1));
    if (question.answer?.fixed_s === undefined && !this.sent.has(key))
      await press(this, page.getByRole('button', { name: 'I have finished' }));
    if (isCut) await expect(page.getByText('Your answers are kept on this device')).toBeVisible({ timeout: MINUTE });
    await expect.poll(() => this.sent.has(key), { timeout: 2 * MINUTE, intervals: [50] }).toBe(true);
    this.mind.hush();
  }

  /** Until the microphone listens; a press where the page waits for one, and again once the network is back. */
  private async untilAsked(mishap?: Mishap): Promise<void> {
    const { page } = this;
    const begin = page.getByRole('button', { name: BEGIN });
    const now = page.getByText('Now: please speak');
    await expect(begin.or(now)).toBeVisible({ timeout: MINUTE });
    if (mishap === 'offline_before') {
      await expect(page.getByText(/could not be (played|shown)/)).toBeVisible({ timeout: MINUTE });
      await this.context.setOffline(false);
    }
    if (await begin.isVisible()) await press(this, begin);
    await expect(now).toBeVisible({ timeout: MINUTE });
  }

  private async pause(): Promise<void> {
    await press(this, this.page.getByRole('button', { name: 'Pause', exact: true }));
    await expect(this.page.getByRole('heading', { name: 'Pause' })).toBeVisible();
    await this.page.waitForTimeout(AWAY_MS);
    await press(this, this.page.getByRole('button', { name: 'Go on', exact: true }));
  }

  /** The tab is closed in the middle of a task, and the link of the invitation opened anew. */
  private async closeDuring(question: PlannedQuestion, answer: Answer): Promise<void> {
    const { page } = this;
    const closed = page.waitForTimeout(CLOSED_AFTER_MS).then(() => page.close());
    await Promise.allSettled([this.handOf(question, answer), closed]);
    expect(page.isClosed()).toBe(true);
    await new Promise((done) => setTimeout(done, AWAY_MS));
    const again = await this.open();
    await again.goto(this.link);
    await expect(again.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
    await press(this, again.getByRole('button', { name: 'Go on' }));
    await checkDevice(again);
    this.mind.hush();
  }

  private async titleShown(): Promise<string> {
    const heading = this.page.getByRole('heading').first();
    return (await heading.textContent({ timeout: MINUTE }).catch(() => '')) ?? '';
  }

  private async pressed(name: string): Promise<boolean> {
    const target = this.page.getByRole('button', { name, exact: true });
    if (!(await target.isVisible())) return false;
    await press(this, target);
    await this.page.waitForTimeout(300);
    return true;
  }

  private async partShown(): Promise<PlanPart | undefined> {
    const bar = this.page.getByRole('progressbar').first();
    const label = await bar.textContent({ timeout: 5000 }).catch(() => null);
    const title = label?.replace(/Task \d+ of \d+$/, '');
    return this.parts.find((part) => part.title === title);
  }

  /** The question of the heading; a task with headings of its own puts what is left first. */
  private questionShown(part: PlanPart, title: string): PlannedQuestion | undefined {
    const isShown = (one: PlannedQuestion) => [one.title, one.prompt.text].includes(title);
    const left = part.questions.filter((one) => !this.answered.has(`${part.instrument}/${one.item_id}`));
    if (part.questions.every((one) => one.kind === 'spoken')) return part.questions.find(isShown);
    const ofBlock = left.filter((one) => one.title.startsWith(title) && !one.is_practice);
    const shown = part.questions.find((one) => one.kind === 'spoken' && isShown(one));
    return shown ?? ofBlock[0] ?? left.find((one) => one.kind !== 'spoken');
  }
}
