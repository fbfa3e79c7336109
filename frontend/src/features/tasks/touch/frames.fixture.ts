/** Frames, keys and fingers at times of a test's own choosing, for tests alone. */
import { act, waitFor } from '@testing-library/react';
import { type Mock, expect, vi } from 'vitest';

const FRAME_MS = 10;
const LONGEST_MS = 15_000;

export class Frames {
  now_ms = 1000;
  private waiting: FrameRequestCallback[] = [];

  constructor() {
    vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => this.waiting.push(callback));
  }

  /** Wait for what appears by itself, however slow the machine is. */
  async until(selector: string): Promise<HTMLElement> {
    return waitFor(
      () => {
        const found = document.querySelector<HTMLElement>(selector);
        if (!found) throw new Error(`There is no ${selector}.`);
        return found;
      },
      { timeout: LONGEST_MS },
    );
  }

  /** Wait until the block is there, and draw its first frame. */
  async begin(selector: string): Promise<void> {
    await this.until(selector);
    this.pass(FRAME_MS);
  }

  /** Let frames go by for so long. */
  pass(ms: number): void {
    const end_ms = this.now_ms + ms;
    while (this.now_ms < end_ms) {
      this.now_ms += FRAME_MS;
      const due = this.waiting;
      this.waiting = [];
      act(() => due.forEach((callback) => callback(this.now_ms)));
    }
  }

  /** A key that went down so long after the newest frame. */
  key(key: string, after_ms = 0): void {
    this.send(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }), document, after_ms);
  }

  /** A finger that came down on something. */
  finger(selector: string, after_ms = 0): void {
    const target = document.querySelector(selector);
    if (!target) throw new Error(`There is no ${selector}.`);
    const event = new MouseEvent('pointerdown', { bubbles: true, cancelable: true, button: 0 });
    Object.defineProperties(event, { isPrimary: { value: true }, pointerType: { value: 'touch' } });
    this.send(event, target, after_ms);
  }

  private send(event: Event, target: Document | Element, after_ms: number): void {
    const at_ms = this.now_ms + after_ms;
    this.pass(after_ms - (after_ms % FRAME_MS));
    Object.defineProperty(event, 'timeStamp', { value: at_ms });
    act(() => void target.dispatchEvent(event));
  }
}

/** Press a button of the page around a task, once it is there and listens. */
export async function go(name: string): Promise<void> {
  const button = await waitFor(
    () => {
      const found = [...document.querySelectorAll('button')].find((one) => one.textContent === name && !one.disabled);
      if (!found) throw new Error(`There is no button ${name}.`);
      return found;
    },
    { timeout: LONGEST_MS },
  );
  act(() => button.click());
}

/** What a task reported, once: jsPsych hands it on a moment after the last frame. */
export async function reported<Given extends unknown[]>(onTrials: Mock<(...given: Given) => void>): Promise<Given> {
  await waitFor(() => expect(onTrials).toHaveBeenCalledOnce(), { timeout: LONGEST_MS });
  return onTrials.mock.calls[0] as Given;
}
