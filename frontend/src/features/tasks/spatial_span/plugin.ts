/** A jsPsych plugin: nine blocks, of which some light up one after the other and are then pressed. */
import { type JsPsych, type JsPsychPlugin, ParameterType, type TrialType } from 'jspsych';
import type { BlockTiming } from '../touch/JsPsychBlock';
import { ONSET_MARK } from '../touch/pressPlugin';
import { RunningBlock } from '../touch/RunningBlock';
import type { InputType } from '../touch/timing';
import type { TapTrial } from '../touch/task';
import { SpanTrial } from './sequence';

const info = {
  name: 'spatial-span',
  version: '1.0.0',
  parameters: {
    blocks: { type: ParameterType.COMPLEX, array: true, default: undefined },
    sequence: { type: ParameterType.INT, array: true, default: undefined },
    direction: { type: ParameterType.STRING, default: 'forward' },
    width: { type: ParameterType.INT, default: undefined },
    height: { type: ParameterType.INT, default: undefined },
    size: { type: ParameterType.INT, default: undefined },
    interval: { type: ParameterType.INT, default: undefined },
    lit: { type: ParameterType.INT, default: undefined },
    is_practice: { type: ParameterType.BOOL, default: false },
    signal: { type: ParameterType.OBJECT, default: undefined },
  },
  data: {
    taps: { type: ParameterType.COMPLEX, array: true },
    onsets_ms: { type: ParameterType.COMPLEX, array: true },
    is_right: { type: ParameterType.BOOL },
    completed: { type: ParameterType.BOOL },
    gave_up: { type: ParameterType.BOOL },
    duration_ms: { type: ParameterType.FLOAT },
    refresh_rate_hz: { type: ParameterType.FLOAT },
    interruption_count: { type: ParameterType.INT },
  },
} as const;

type Info = typeof info;

export interface SpanData extends BlockTiming {
  taps: TapTrial[];
  onsets_ms: number[];
  is_right: boolean;
  completed: boolean;
  /** Said not to remember more. */
  gave_up: boolean;
}

const PRESSED_MS = 250;
const LAST_SEEN_MS = 350;
const FORGOTTEN = 'forgotten';

export class SpatialSpanPlugin implements JsPsychPlugin<Info> {
  static info = info;

  constructor(private readonly jsPsych: JsPsych) {}

  trial(display: HTMLElement, trial: TrialType<Info>): void {
    new Blocks(this.jsPsych, display, trial).start();
  }
}

class Blocks extends RunningBlock {
  private readonly span: SpanTrial;
  /** How long what was pressed last is still seen, once all is pressed; and until when. */
  private rest_ms: number | null = null;
  private ends_ms: number | null = null;
  private hasGivenUp = false;

  constructor(
    jsPsych: JsPsych,
    display: HTMLElement,
    private readonly trial: TrialType<Info>,
  ) {
    super(jsPsych, display, trial.signal as AbortSignal);
    const timing = { interval_ms: trial.interval, lit_ms: trial.lit };
    this.span = new SpanTrial(trial.sequence, timing, Boolean(trial.is_practice));
  }

  protected markup(): string {
    const { width, height, size } = this.trial;
    const blocks = (this.trial.blocks as [number, number][]).map(([x, y], place) => {
      const at = `left:${x - size / 2}px;top:${y - size / 2}px;width:${size}px;height:${size}px`;
      return `<button type="button" class="span-block" data-press="${place}" style="${at}" aria-label="Block ${place + 1}"></button>`;
    });
    return `<div class="span"><div class="span-told" role="status"></div>
      <div class="span-board" style="width:${width}px;height:${height}px">${blocks.join('')}</div>
      <button type="button" class="span-forgotten" data-press="${FORGOTTEN}" hidden>I do not remember more</button></div>`;
  }

  protected begin(): void {
    this.find('.span-board')?.scrollIntoView({ block: 'center' });
    this.say('Watch.');
  }

  protected frame(frame_ms: number): void {
    const at_ms = frame_ms - this.started_ms;
    if (this.rest_ms !== null) this.ends_ms ??= at_ms + this.rest_ms;
    if (this.ends_ms !== null && at_ms >= this.ends_ms) {
      this.finish(frame_ms);
      return;
    }
    const change = this.span.frame(at_ms);
    if (change === null) return;
    this.darken();
    if (change === 'answer') this.open();
    else if (change !== 'dark') this.light(change.light);
  }

  protected nameOfKey(): string | null {
    return null; // a block that has the focus is pressed by Enter or Space
  }

  protected pressed(name: string, at_ms: number, input: InputType): void {
    if (name === FORGOTTEN) {
      if (!this.span.isOpen) return;
      this.hasGivenUp = true;
      this.rest_ms = 0;
      return;
    }
    if (!this.span.tap(Number(name), at_ms, input)) return;
    const block = this.find(`[data-press="${name}"]`);
    block?.classList.add('span-pressed');
    setTimeout(() => block?.classList.remove('span-pressed'), PRESSED_MS);
    if (this.span.isDone) this.rest_ms = LAST_SEEN_MS;
  }

  private light(place: number): void {
    const block = this.find(`[data-press="${place}"]`);
    block?.classList.add('span-lit');
    block?.insertAdjacentHTML('beforeend', ONSET_MARK);
  }

  private darken(): void {
    const block = this.find('.span-lit');
    block?.classList.remove('span-lit');
    block?.replaceChildren();
  }

  private open(): void {
    const isBackward = this.trial.direction === 'backward';
    this.say(isBackward ? 'Now press them backwards, the last one first.' : 'Now press them in the same order.');
    this.find('.span-forgotten')?.removeAttribute('hidden');
    this.find('.span-board')?.classList.add('span-open');
  }

  private finish(frame_ms: number): void {
    const { taps, onsets_ms, isDone } = this.span;
    const is_right = this.span.isRight(this.trial.direction ?? 'forward');
    this.end(frame_ms, { taps, onsets_ms, is_right, completed: isDone, gave_up: this.hasGivenUp });
  }
}
