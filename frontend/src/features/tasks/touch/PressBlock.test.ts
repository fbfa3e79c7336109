import { describe, expect, it } from 'vitest';
import { PressBlock } from './PressBlock';

const planned = [
  { stimulus: 2, wait_ms: 1000 },
  { stimulus: 0, wait_ms: 1500 },
];

describe('PressBlock', () => {
  it('shows the stimulus in the first frame after its wait and measures from that frame', () => {
    const block = new PressBlock(planned, 3000, false);
    expect(block.frame(0)).toBeNull();
    expect(block.frame(995)).toBeNull();
    expect(block.frame(1011.7)).toEqual({ show: 2 });
    expect(block.press(2, 1341.8, 'touch')).toEqual({
      position: 0,
      stimulus: 2,
      response: 2,
      waited_ms: 1011.7,
      onset_ms: 1011.7,
      reaction_time_ms: 330.1,
      premature_count: 0,
      is_practice: false,
      input: 'touch',
    });
    expect(block.frame(1345)).toBe('clear'); // and from here the next wait counts
    expect(block.frame(2840)).toBeNull();
    expect(block.frame(2845)).toEqual({ show: 0 });
  });

  it('counts presses during the wait, and one that was made before the frame but heard after it', () => {
    const block = new PressBlock(planned, 3000, true);
    block.frame(0);
    expect(block.press(1, 400, 'key')).toBeNull();
    block.frame(1001);
    expect(block.press(2, 999, 'key')).toBeNull();
    expect(block.press(2, 1301, 'key')).toMatchObject({ premature_count: 2, reaction_time_ms: 300, is_practice: true });
    block.frame(1310);
    block.frame(2811);
    expect(block.press(0, 3000, 'key')).toMatchObject({ premature_count: 0 });
  });

  it('ends a trial without a press after its time, and the block after its last trial', () => {
    const block = new PressBlock(planned, 500, false);
    block.frame(0);
    block.frame(1000);
    expect(block.frame(1499)).toBeNull();
    expect(block.frame(1500)).toBe('clear');
    expect(block.trials[0]).toMatchObject({ response: null, reaction_time_ms: null, input: null, onset_ms: 1000 });
    block.frame(3000);
    expect(block.press(0, 3200, 'mouse')).not.toBeNull();
    expect(block.press(0, 3201, 'mouse')).toBeNull();
    expect(block.frame(3210)).toBe('over');
    expect(block.trials).toHaveLength(2);
  });

  it('takes no press after its time, such as one that comes before the first frame of a page that was away', () => {
    const block = new PressBlock(planned, 3000, false);
    block.frame(0);
    block.frame(1000);
    expect(block.press(2, 7_200_000, 'touch')).toBeNull();
    expect(block.trials).toEqual([]);
    expect(block.frame(7_200_010)).toBe('clear');
    expect(block.trials).toMatchObject([{ response: null, reaction_time_ms: null }]);
  });

  it('keeps the time of a frame that came late, so that the server sees it', () => {
    const block = new PressBlock(planned, 3000, false);
    block.frame(0);
    expect(block.frame(1400)).toEqual({ show: 2 });
    expect(block.press(2, 1700, 'touch')).toMatchObject({ waited_ms: 1400, onset_ms: 1400, reaction_time_ms: 300 });
  });
});
