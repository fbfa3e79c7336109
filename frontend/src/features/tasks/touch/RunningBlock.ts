/** What every timed block does in jsPsych: frames, presses by finger, mouse and key, interruptions, and a clean end. */
import type { JsPsych } from 'jspsych';
import { watchAttention } from './attention';
import { type InputType, inputOf, refreshRate, rounded } from './timing';

const FRAMES_KEPT = 600;

/** A block while it runs. `signal` ends it without a result: nobody sees it any more. */
export abstract class RunningBlock {
  protected started_ms = 0;
  protected isOver = false;
  private readonly frames: number[] = [];
  private readonly controls = new AbortController();
  private interruptions = 0;

  constructor(
    private readonly jsPsych: JsPsych,
    protected readonly display: HTMLElement,
    private readonly signal: AbortSignal,
  ) {}

  start(): void {
    this.display.innerHTML = this.markup();
    const { signal } = this.controls;
    this.signal.addEventListener('abort', () => this.leave(), { signal });
    this.display.addEventListener('pointerdown', (event) => this.onPointer(event), { signal });
    document.addEventListener('keydown', (event) => this.onKey(event), { signal });
    watchAttention(() => (this.interruptions += 1), signal);
    requestAnimationFrame((time) => {
      if (this.isOver) return;
      this.started_ms = time;
      this.begin(time);
      requestAnimationFrame((next) => this.onFrame(next));
    });
  }

  /** What is there before the first frame; what can be pressed carries `data-press` with its name. */
  protected abstract markup(): string;

  /** The first frame: its time is nought of all that is reported. */
  protected abstract begin(frame_ms: number): void;

  /** Every later frame. */
  protected abstract frame(frame_ms: number): void;

  /** Something was pressed; the time is that at which the device noticed it, counted from the start. */
  protected abstract pressed(name: string, at_ms: number, input: InputType): void;

  /** The name of what a key stands for, beside Enter and Space on what has the focus. */
  protected abstract nameOfKey(key: string): string | null;

  /** What counts as pressed where a finger goes down on none of the targets. */
  protected nameElsewhere(): string | null {
    return null;
  }

  protected find(selector: string): HTMLElement | null {
    return this.display.querySelector<HTMLElement>(selector);
  }

  /** Feedback of the practice. */
  protected say(text: string): void {
    const place = this.find('[role="status"]');
    if (place && place.textContent !== text) place.textContent = text;
  }

  protected end(frame_ms: number, data: Record<string, unknown>): void {
    if (this.isOver) return;
    this.leave();
    this.jsPsych.finishTrial({
      ...data,
      duration_ms: rounded(frame_ms - this.started_ms),
      refresh_rate_hz: refreshRate(this.frames),
      interruption_count: this.interruptions,
    });
  }

  /** The page has gone on without us. */
  private leave(): void {
    this.isOver = true;
    this.controls.abort();
    this.display.innerHTML = '';
  }

  private onFrame(time: number): void {
    if (this.isOver) return;
    if (this.frames.length < FRAMES_KEPT) this.frames.push(time);
    this.frame(time);
    requestAnimationFrame((next) => this.onFrame(next));
  }

  private onPointer(event: PointerEvent): void {
    if (!event.isPrimary || event.button !== 0) return;
    const name = (event.target as Element).closest<HTMLElement>('[data-press]')?.dataset.press ?? this.nameElsewhere();
    if (name === null) return;
    event.preventDefault();
    this.pressed(name, event.timeStamp - this.started_ms, inputOf(event));
  }

  private onKey(event: KeyboardEvent): void {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const focused = document.activeElement?.closest<HTMLElement>('button, a, [data-press]');
    const isEnter = event.key === 'Enter' || event.key === ' ';
    if (isEnter && focused && !this.display.contains(focused)) return; // a button of the page around us
    const name = (isEnter && focused?.dataset.press) || this.nameOfKey(event.key);
    if (name === null) return;
    event.preventDefault();
    this.pressed(name, event.timeStamp - this.started_ms, 'key');
  }
}
