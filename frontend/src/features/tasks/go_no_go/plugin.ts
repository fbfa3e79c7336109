/** A jsPsych plugin: a circle that is to be pressed, or a diamond that is not, after a wait. */
import type { JsPsych, JsPsychPlugin } from 'jspsych';
import type { PressTrial } from '../touch/PressBlock';
import { ONSET_MARK, type PressParameters, PressRun, pressInfo } from '../touch/pressPlugin';

const info = pressInfo('go-no-go');
export const GO = 1;

const CIRCLE = '<circle cx="60" cy="60" r="44"/>';
const DIAMOND = '<path d="M60 5 L115 60 L60 115 L5 60 Z"/>';

/** Both shapes in one colour and about one size, so that only the shape tells. */
const shape = (stimulus: number): string =>
  `<svg class="gng-shape" width="120" height="120" viewBox="0 0 120 120" aria-hidden="true" focusable="false" fill="currentColor">${stimulus === GO ? CIRCLE : DIAMOND}</svg>`;

export class GoNoGoPlugin implements JsPsychPlugin<typeof info> {
  static info = info;

  constructor(private readonly jsPsych: JsPsych) {}

  trial(display: HTMLElement, trial: PressParameters): void {
    new Shapes(this.jsPsych, display, trial).start();
  }
}

class Shapes extends PressRun {
  protected markup(): string {
    return `<div class="press"><button type="button" class="press-stage" data-press="${GO}" aria-label="Press here for a circle"></button><div class="press-feedback" role="status"></div></div>`;
  }

  protected show(stimulus: number): void {
    const stage = this.find('.press-stage');
    if (!stage) return;
    stage.innerHTML = shape(stimulus) + ONSET_MARK;
    stage.dataset.stimulus = String(stimulus);
  }

  protected clear(): void {
    const stage = this.find('.press-stage');
    if (!stage) return;
    stage.innerHTML = '';
    delete stage.dataset.stimulus;
  }

  protected nameOfKey(key: string): string | null {
    return key === ' ' || key === 'Enter' ? String(GO) : null;
  }

  protected feedback(trial: PressTrial | null): string {
    if (!trial) return 'Too soon. Wait for a shape.';
    const isPressed = trial.response !== null;
    if (trial.stimulus === GO) return isPressed ? 'Good: a circle.' : 'That was a circle. Press when you see one.';
    return isPressed ? 'That was a diamond. Do not press for a diamond.' : 'Good: a diamond is left alone.';
  }
}
