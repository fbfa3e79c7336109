/** A jsPsych plugin: one square, or four in a row, of which one turns dark after a wait. */
import type { JsPsych, JsPsychPlugin } from 'jspsych';
import type { PressTrial } from '../touch/PressBlock';
import { ONSET_MARK, type PressParameters, PressRun, pressInfo } from '../touch/pressPlugin';

const info = pressInfo('reaction-time');

export class ReactionTimePlugin implements JsPsychPlugin<typeof info> {
  static info = info;

  constructor(private readonly jsPsych: JsPsych) {}

  trial(display: HTMLElement, trial: PressParameters): void {
    new Squares(this.jsPsych, display, trial).start();
  }
}

class Squares extends PressRun {
  private get targets(): number {
    return this.trial.targets ?? 1;
  }

  protected markup(): string {
    const label = (at: number) => (this.targets === 1 ? '' : String(at + 1));
    const squares = Array.from(
      { length: this.targets },
      (_, at) =>
        `<button type="button" class="press-square" data-press="${at}" aria-label="Square ${label(at)}">${label(at)}</button>`,
    );
    return `<div class="press"><div class="press-field">${squares.join('')}</div><div class="press-feedback" role="status"></div></div>`;
  }

  protected show(stimulus: number): void {
    const square = this.find(`[data-press="${stimulus}"]`);
    square?.classList.add('press-lit');
    square?.insertAdjacentHTML('beforeend', ONSET_MARK);
  }

  protected clear(): void {
    const square = this.find('.press-lit');
    square?.classList.remove('press-lit');
    square?.querySelector('.press-mark')?.remove();
  }

  protected nameOfKey(key: string): string | null {
    if (this.targets === 1 && (key === ' ' || key === 'Enter')) return '0';
    const number = /^[1-9]$/.test(key) ? Number(key) : 0;
    return number >= 1 && number <= this.targets ? String(number - 1) : null;
  }

  protected feedback(trial: PressTrial | null): string {
    if (!trial) return 'Too soon. Wait until it turns dark.';
    if (trial.response === null) return 'Press the dark square, as soon as you see it.';
    return trial.response === trial.stimulus ? 'Good.' : 'That was another one. Press the dark square.';
  }
}
