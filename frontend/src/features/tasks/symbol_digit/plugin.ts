/** A jsPsych plugin: one block of symbols and the nine keys, for a number of trials or for a time. */
import { type JsPsych, type JsPsychPlugin, ParameterType, type TrialType } from 'jspsych';
import { RunningBlock } from '../touch/RunningBlock';
import type { InputType } from '../touch/timing';
import { Block, rightNumber } from './block';
import { symbolMarkup } from './symbols';

const info = {
  name: 'symbol-digit',
  version: '1.0.0',
  parameters: {
    key: { type: ParameterType.INT, array: true, default: undefined },
    sequence: { type: ParameterType.INT, array: true, default: undefined },
    /** Length of the block in ms; 0: until the sequence is over. */
    duration: { type: ParameterType.INT, default: 0 },
    is_practice: { type: ParameterType.BOOL, default: false },
    /** Ends the block without a result: nobody sees it any more. */
    signal: { type: ParameterType.OBJECT, default: undefined },
  },
  data: {
    trials: { type: ParameterType.COMPLEX, array: true },
    duration_ms: { type: ParameterType.FLOAT },
    refresh_rate_hz: { type: ParameterType.FLOAT },
    interruption_count: { type: ParameterType.INT },
  },
} as const;

type Info = typeof info;
const RIGHT_MS = 350;
const EXPLAINED_MS = 3000;

export class SymbolDigitPlugin implements JsPsychPlugin<Info> {
  static info = info;

  constructor(private readonly jsPsych: JsPsych) {}

  trial(display: HTMLElement, trial: TrialType<Info>): void {
    new Symbols(this.jsPsych, display, trial).start();
  }
}

class Symbols extends RunningBlock {
  private readonly block: Block;

  constructor(
    jsPsych: JsPsych,
    display: HTMLElement,
    private readonly trial: TrialType<Info>,
  ) {
    super(jsPsych, display, trial.signal as AbortSignal);
    this.block = new Block(this.key, trial.sequence, Boolean(trial.is_practice));
  }

  private get key(): number[] {
    return this.trial.key;
  }

  protected markup(): string {
    const cells = this.key.map(
      (symbol, i) => `<div class="sd-cell"><span>${symbolMarkup(symbol, 34)}</span><b>${i + 1}</b></div>`,
    );
    const buttons = this.key.map(
      (_, i) =>
        `<button type="button" class="sd-key" data-press="${i + 1}" aria-label="Number ${i + 1}">${i + 1}</button>`,
    );
    return `<div class="sd"><div class="sd-row" role="img" aria-label="Nine symbols with the numbers 1 to 9 below them">${cells.join('')}</div>
      <div class="sd-symbol" aria-live="off"></div><div class="sd-feedback" role="status"></div>
      <div class="sd-keys">${buttons.join('')}</div></div>`;
  }

  protected begin(frame_ms: number): void {
    this.find('.sd')?.scrollIntoView({ block: 'nearest' });
    this.draw(frame_ms);
  }

  protected frame(frame_ms: number): void {
    const duration = this.trial.duration ?? 0;
    if (duration > 0 && frame_ms - this.started_ms >= duration) this.finish(frame_ms);
  }

  protected nameOfKey(key: string): string | null {
    return /^[1-9]$/.test(key) ? key : null;
  }

  protected pressed(name: string, at_ms: number, input: InputType): void {
    const done = this.block.press(Number(name), at_ms, input);
    if (!done) return;
    if (!this.trial.is_practice) {
      const place = this.find('.sd-symbol');
      if (place) place.innerHTML = '';
      requestAnimationFrame((time) => this.draw(time));
      return;
    }
    this.explain(done.is_correct ? null : rightNumber(this.key, done.symbol));
    setTimeout(
      () => {
        this.say('');
        this.find('.sd-shown')?.classList.remove('sd-shown');
        requestAnimationFrame((time) => this.draw(time));
      },
      done.is_correct ? RIGHT_MS : EXPLAINED_MS,
    );
  }

  /** Draw the next symbol in this frame; the frame's time is its onset. */
  private draw(frame_ms: number): void {
    if (this.isOver) return;
    const { symbol } = this.block;
    const place = this.find('.sd-symbol');
    if (symbol === null || !place) {
      this.finish(frame_ms);
      return;
    }
    place.innerHTML = symbolMarkup(symbol, 110);
    place.dataset.symbol = String(symbol);
    this.block.shown(frame_ms - this.started_ms);
  }

  /** Say whether it was right; if not, the symbol stays and its place in the row above is shown. */
  private explain(right: number | null): void {
    this.say(right === null ? 'Right.' : `This symbol belongs to ${right}.`);
    if (right !== null) this.display.querySelectorAll('.sd-cell')[right - 1]?.classList.add('sd-shown');
  }

  private finish(frame_ms: number): void {
    this.end(frame_ms, { trials: this.block.trials });
  }
}
