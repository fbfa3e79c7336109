/** A jsPsych plugin: circles on a board that are pressed in their order, joined as one goes. */
import { type JsPsych, type JsPsychPlugin, ParameterType, type TrialType } from 'jspsych';
import type { BlockTiming } from '../touch/JsPsychBlock';
import { RunningBlock } from '../touch/RunningBlock';
import type { InputType } from '../touch/timing';
import type { TapTrial } from '../touch/task';
import { Trail, type TrailBoard, readingOrder } from './trail';

const info = {
  name: 'trail-making',
  version: '1.0.0',
  parameters: {
    board: { type: ParameterType.OBJECT, default: undefined },
    width: { type: ParameterType.INT, default: undefined },
    height: { type: ParameterType.INT, default: undefined },
    radius: { type: ParameterType.INT, default: undefined },
    /** After so many ms the block ends wherever it is; 0: never. */
    limit: { type: ParameterType.INT, default: 0 },
    is_practice: { type: ParameterType.BOOL, default: false },
    signal: { type: ParameterType.OBJECT, default: undefined },
  },
  data: {
    taps: { type: ParameterType.COMPLEX, array: true },
    reached: { type: ParameterType.INT },
    wrong_count: { type: ParameterType.INT },
    completed: { type: ParameterType.BOOL },
    duration_ms: { type: ParameterType.FLOAT },
    refresh_rate_hz: { type: ParameterType.FLOAT },
    interruption_count: { type: ParameterType.INT },
  },
} as const;

type Info = typeof info;

export interface TrailData extends BlockTiming {
  taps: TapTrial[];
  /** How many circles were pressed in their order. */
  reached: number;
  wrong_count: number;
  completed: boolean;
}

const CROSSED_OUT_MS = 900;
const PRACTICE_END_MS = 900;

export class TrailMakingPlugin implements JsPsychPlugin<Info> {
  static info = info;

  constructor(private readonly jsPsych: JsPsych) {}

  trial(display: HTMLElement, trial: TrialType<Info>): void {
    new Circles(this.jsPsych, display, trial).start();
  }
}

class Circles extends RunningBlock {
  private readonly board: TrailBoard;
  private readonly trail: Trail;
  /** How long what was pressed last is still seen, once all is pressed; and until when. */
  private rest_ms: number | null = null;
  private ends_ms: number | null = null;

  constructor(
    jsPsych: JsPsych,
    display: HTMLElement,
    private readonly trial: TrialType<Info>,
  ) {
    super(jsPsych, display, trial.signal as AbortSignal);
    this.board = trial.board as TrailBoard;
    this.trail = new Trail(this.board.circles.length, Boolean(trial.is_practice));
  }

  protected markup(): string {
    const { width, height, radius } = this.trial;
    const circles = readingOrder(this.board.circles).map((place) => {
      const [x, y] = this.board.circles[place] ?? [0, 0];
      const at = `left:${x - radius}px;top:${y - radius}px;width:${2 * radius}px;height:${2 * radius}px`;
      const label = this.board.labels[place] ?? '';
      return `<button type="button" class="trail-circle" data-press="${place}" style="${at}">${label}</button>`;
    });
    return `<div class="trail"><div class="trail-board" style="width:${width}px;height:${height}px">
      <svg width="${width}" height="${height}" aria-hidden="true"><polyline points="" class="trail-line"/></svg>${circles.join('')}</div>
      <div class="trail-feedback" role="status"></div></div>`;
  }

  protected begin(): void {
    this.find('.trail-board')?.scrollIntoView({ block: 'center' });
    this.say(`Begin with ${this.labelOf(0)}.`);
  }

  protected frame(frame_ms: number): void {
    const at_ms = frame_ms - this.started_ms;
    if (this.rest_ms !== null) this.ends_ms ??= at_ms + this.rest_ms;
    const isLate = Boolean(this.trial.limit) && at_ms >= (this.trial.limit ?? 0);
    if (isLate || (this.ends_ms !== null && at_ms >= this.ends_ms)) this.finish(frame_ms);
  }

  protected nameOfKey(): string | null {
    return null; // a circle that has the focus is pressed by Enter or Space
  }

  protected pressed(name: string, at_ms: number, input: InputType): void {
    const meaning = this.trail.tap(Number(name), at_ms, input);
    if (meaning === 'wrong') this.crossOut(name);
    if (meaning !== 'right') return;
    this.find(`[data-press="${name}"]`)?.classList.add('trail-reached');
    const way = this.board.circles.slice(0, this.trail.reached).map((point) => point.join(','));
    this.find('.trail-line')?.setAttribute('points', way.join(' '));
    this.say(this.trail.isDone ? 'Done.' : '');
    if (this.trail.isDone) this.rest_ms = this.trial.is_practice ? PRACTICE_END_MS : 0;
  }

  /** It is shown that this was not the next one, and from where to go on; in the practice also which is. */
  private crossOut(name: string): void {
    const circle = this.find(`[data-press="${name}"]`);
    circle?.classList.add('trail-wrong');
    setTimeout(() => circle?.classList.remove('trail-wrong'), CROSSED_OUT_MS);
    const { reached } = this.trail;
    const next = this.labelOf(reached);
    if (reached === 0) this.say(`Not this one. Begin with ${next}.`);
    else if (this.trial.is_practice) this.say(`Not this one. After ${this.labelOf(reached - 1)} comes ${next}.`);
    else this.say(`Not this one. Go on from ${this.labelOf(reached - 1)}.`);
  }

  private labelOf(place: number): string {
    return this.board.labels[place] ?? '';
  }

  private finish(frame_ms: number): void {
    const { taps, reached, wrong_count, isDone } = this.trail;
    this.end(frame_ms, { taps, reached, wrong_count, completed: isDone });
  }
}
