/** A jsPsych plugin: one block of symbols and the nine keys, for a number of trials or for a time. */
import { type JsPsych, type JsPsychPlugin, ParameterType, type TrialType } from 'jspsych';
import { type InputType, inputOf, refreshRate, rounded } from '../touch/timing';
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
const FRAMES_KEPT = 600;
const RIGHT_MS = 350;
const EXPLAINED_MS = 3000;

export class SymbolDigitPlugin implements JsPsychPlugin<Info> {
  static info = info;

  constructor(private readonly jsPsych: JsPsych) {}

  trial(display: HTMLElement, trial: TrialType<Info>): void {
    new Running(this.jsPsych, display, trial).start();
  }
}

class Running {
  private readonly block: Block;
  private readonly frames: number[] = [];
  private interruptions = 0;
  private started_ms = 0;
  private isOver = false;
  private readonly controls = new AbortController();

  constructor(
    private readonly jsPsych: JsPsych,
    private readonly display: HTMLElement,
    private readonly trial: TrialType<Info>,
  ) {
    this.block = new Block(this.key, trial.sequence, Boolean(trial.is_practice));
  }

  private get key(): number[] {
    return this.trial.key;
  }

  start(): void {
    this.display.innerHTML = this.markup();
    const { signal } = this.controls;
    (this.trial.signal as AbortSignal).addEventListener('abort', () => this.leave(), { signal });
    this.display.addEventListener('pointerdown', (event) => this.onPointer(event), { signal });
    document.addEventListener('keydown', (event) => this.onKey(event), { signal });
    document.addEventListener('visibilitychange', () => this.onVisibility(), { signal });
    requestAnimationFrame((time) => {
      this.started_ms = time;
      this.draw(time);
      requestAnimationFrame((next) => this.onFrame(next));
    });
  }

  private markup(): string {
    const cells = this.key.map(
      (symbol, i) => `<div class="sd-cell"><span>${symbolMarkup(symbol, 34)}</span><b>${i + 1}</b></div>`,
    );
    const buttons = this.key.map(
      (_, i) =>
        `<button type="button" class="sd-key" data-number="${i + 1}" aria-label="Number ${i + 1}">${i + 1}</button>`,
    );
    return `<div class="sd"><div class="sd-row" role="img" aria-label="Nine symbols with the numbers 1 to 9 below them">${cells.join('')}</div>
      <div class="sd-symbol" aria-live="off"></div><div class="sd-feedback" role="status"></div>
      <div class="sd-keys">${buttons.join('')}</div></div>`;
  }

  /** Draw the next symbol in this frame; the frame's time is its onset. */
  private draw(frame_ms: number): void {
    if (this.isOver) return;
    const { symbol } = this.block;
    const place = this.display.querySelector<HTMLElement>('.sd-symbol');
    if (symbol === null || !place) {
      this.end(frame_ms);
      return;
    }
    place.innerHTML = symbolMarkup(symbol, 110);
    place.dataset.symbol = String(symbol);
    this.block.shown(frame_ms - this.started_ms);
  }

  private onFrame(time: number): void {
    if (this.isOver) return;
    if (this.frames.length < FRAMES_KEPT) this.frames.push(time);
    const duration = this.trial.duration ?? 0;
    if (duration > 0 && time - this.started_ms >= duration) {
      this.end(time);
      return;
    }
    requestAnimationFrame((next) => this.onFrame(next));
  }

  private onPointer(event: PointerEvent): void {
    const button = (event.target as Element).closest<HTMLElement>('.sd-key');
    if (!button) return;
    event.preventDefault();
    this.press(Number(button.dataset.number), event.timeStamp, inputOf(event));
  }

  private onKey(event: KeyboardEvent): void {
    if (event.repeat) return;
    const focused = (document.activeElement as HTMLElement | null)?.closest<HTMLElement>('.sd-key');
    const isPress = event.key === 'Enter' || event.key === ' ';
    if (isPress && focused) {
      event.preventDefault();
      this.press(Number(focused.dataset.number), event.timeStamp, 'key');
    } else if (/^[1-9]$/.test(event.key)) {
      this.press(Number(event.key), event.timeStamp, 'key');
    }
  }

  private onVisibility(): void {
    if (document.visibilityState === 'hidden') this.interruptions += 1;
  }

  private press(number: number, at_ms: number, input: InputType): void {
    const done = this.block.press(number, at_ms - this.started_ms, input);
    if (!done) return;
    if (!this.trial.is_practice) {
      const place = this.display.querySelector<HTMLElement>('.sd-symbol');
      if (place) place.innerHTML = '';
      requestAnimationFrame((time) => this.draw(time));
      return;
    }
    this.explain(done.is_correct ? null : rightNumber(this.key, done.symbol));
    setTimeout(
      () => {
        this.say('');
        this.display.querySelector('.sd-shown')?.classList.remove('sd-shown');
        requestAnimationFrame((time) => this.draw(time));
      },
      done.is_correct ? RIGHT_MS : EXPLAINED_MS,
    );
  }

  /** Say whether it was right; if not, the symbol stays and its place in the row above is shown. */
  private explain(right: number | null): void {
    this.say(right === null ? 'Right.' : `This symbol belongs to ${right}.`);
    if (right !== null) this.display.querySelectorAll('.sd-cell')[right - 1]?.classList.add('sd-shown');
  }

  private say(text: string): void {
    const place = this.display.querySelector('.sd-feedback');
    if (place) place.textContent = text;
  }

  /** The page has gone on without us. */
  private leave(): void {
    this.isOver = true;
    this.controls.abort();
    this.display.innerHTML = '';
  }

  private end(time: number): void {
    if (this.isOver) return;
    this.leave();
    this.jsPsych.finishTrial({
      trials: this.block.trials,
      duration_ms: rounded(time - this.started_ms),
      refresh_rate_hz: refreshRate(this.frames),
      interruption_count: this.interruptions,
    });
  }
}
