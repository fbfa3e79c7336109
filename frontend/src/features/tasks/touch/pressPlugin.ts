/** What the jsPsych plugins of wait, see and press have in common: a field, and what is drawn in it. */
import { type JsPsych, ParameterType, type TrialType } from 'jspsych';
import type { BlockTiming } from './JsPsychBlock';
import { type PlannedPress, PressBlock, type PressTrial } from './PressBlock';
import { RunningBlock } from './RunningBlock';
import type { InputType } from './timing';
import './press.css';

export interface PressData extends BlockTiming {
  trials: PressTrial[];
}

export const pressInfo = (name: string) =>
  ({
    name,
    version: '1.0.0',
    parameters: {
      trials: { type: ParameterType.COMPLEX, array: true, default: undefined },
      targets: { type: ParameterType.INT, default: 1 },
      slowest: { type: ParameterType.INT, default: undefined },
      is_practice: { type: ParameterType.BOOL, default: false },
      signal: { type: ParameterType.OBJECT, default: undefined },
    },
    data: {
      trials: { type: ParameterType.COMPLEX, array: true },
      duration_ms: { type: ParameterType.FLOAT },
      refresh_rate_hz: { type: ParameterType.FLOAT },
      interruption_count: { type: ParameterType.INT },
    },
  }) as const;

export type PressParameters = TrialType<ReturnType<typeof pressInfo>>;

/** A mark that is drawn with each stimulus: Chromium tells when it painted it, which `make bench` reads. */
export const ONSET_MARK = '<span class="press-mark" elementtiming="stimulus" aria-hidden="true">·</span>';

export abstract class PressRun extends RunningBlock {
  private readonly block: PressBlock;

  constructor(
    jsPsych: JsPsych,
    display: HTMLElement,
    protected readonly trial: PressParameters,
  ) {
    super(jsPsych, display, trial.signal as AbortSignal);
    this.block = new PressBlock(trial.trials as PlannedPress[], trial.slowest, Boolean(trial.is_practice));
  }

  protected abstract show(stimulus: number): void;

  protected abstract clear(): void;

  /** What the practice says of a trial, or of a press before anything was there (null). */
  protected abstract feedback(trial: PressTrial | null): string;

  protected begin(frame_ms: number): void {
    this.frame(frame_ms);
  }

  protected frame(frame_ms: number): void {
    const count = this.block.trials.length;
    const change = this.block.frame(frame_ms - this.started_ms);
    if (this.block.trials.length > count) this.tell(this.block.trials.at(-1) ?? null);
    if (change === 'over') this.end(frame_ms, { trials: this.block.trials });
    else if (change === 'clear') this.clear();
    else if (change) {
      this.say('');
      this.show(change.show);
    }
  }

  protected pressed(name: string, at_ms: number, input: InputType): void {
    const trial = this.block.press(Number(name), at_ms, input);
    if (trial || !this.block.isShown) this.tell(trial);
    if (trial) this.clear();
  }

  private tell(trial: PressTrial | null): void {
    if (this.trial.is_practice) this.say(this.feedback(trial));
  }
}
