// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RecordingPlayer } from './RecordingPlayer';
import { Transcript } from './Transcript';
import { EvidenceTable } from './EvidenceTable';
import { joined } from './Waveform';
import { question } from './result.fixture';
import type { Recording, Transcript as Heard } from './result';
import { usePlayback } from './usePlayback';

const QUESTION = question();
const RECORDING = QUESTION.recording as Recording;
const HEARD = QUESTION.transcript as Heard;

// jsdom has no sound device: playing and pausing are what a device would report.
beforeEach(() => {
  const paused = new WeakMap<HTMLMediaElement, boolean>();
  vi.spyOn(HTMLMediaElement.prototype, 'paused', 'get').mockImplementation(function (this: HTMLMediaElement) {
    return paused.get(this) ?? true;
  });
  vi.spyOn(HTMLMediaElement.prototype, 'play').mockImplementation(function (this: HTMLMediaElement) {
    paused.set(this, false);
    this.dispatchEvent(new Event('play'));
    return Promise.resolve();
  });
  vi.spyOn(HTMLMediaElement.prototype, 'pause').mockImplementation(function (this: HTMLMediaElement) {
    if (paused.get(this) === false) this.dispatchEvent(new Event('pause'));
    paused.set(this, true);
  });
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function Answer({
  title,
  recording = RECORDING,
  isScored = true,
}: {
  title: string;
  recording?: Recording;
  isScored?: boolean;
}) {
  const playback = usePlayback();
  return (
    <>
      <RecordingPlayer recording={recording} playback={playback} title={title} isScored={isScored} />
      <Transcript
        transcript={HEARD}
        position_s={playback.position_s}
        isPlaying={playback.isPlaying}
        onPlayFrom={playback.playFrom}
      />
      <EvidenceTable evidence={QUESTION.evidence ?? []} title={title} onPlayFrom={playback.playFrom} />
    </>
  );
}

function sound(container: HTMLElement): HTMLAudioElement {
  const found = container.querySelector('audio');
  if (!found) throw new Error('no audio element');
  return found;
}

test('play and pause, named after what is heard', async () => {
  const { container } = render(<Answer title="trial 1" />);
  await userEvent.click(screen.getByRole('button', { name: 'Play: trial 1' }));
  expect(sound(container).paused).toBe(false);
  await userEvent.click(screen.getByRole('button', { name: 'Pause: trial 1' }));
  expect(sound(container).paused).toBe(true);
});

test('seeking moves the sound and says where it is', () => {
  const { container } = render(<Answer title="trial 1" />);
  const slider = screen.getByRole('slider', { name: /Position/ });
  fireEvent.change(slider, { target: { value: '2.5' } });
  expect(sound(container).currentTime).toBe(2.5);
  expect(slider.getAttribute('aria-valuetext')).toBe('0:02.5 of 0:04.0');
});

test('the space bar on the waveform plays', async () => {
  const { container } = render(<Answer title="trial 1" />);
  screen.getByRole('slider').focus();
  await userEvent.keyboard(' ');
  expect(sound(container).paused).toBe(false);
});

test('a word plays from its onset and says how sure it is', async () => {
  const { container } = render(<Answer title="trial 1" />);
  await userEvent.click(screen.getByRole('button', { name: 'eight, 70 % sure, play from 1.5 s' }));
  expect(sound(container).currentTime).toBe(1.5);
  expect(sound(container).paused).toBe(false);
});

test('confidence is marked in three bands', () => {
  render(<Answer title="trial 1" />);
  const bands = ['five', 'eight', 'two'].map((text) => screen.getByText(text).dataset['confidence']);
  expect(bands).toEqual(['sure', 'less_sure', 'doubtful']);
});

test('a row of the evidence plays its second', async () => {
  const { container } = render(<Answer title="trial 1" />);
  await userEvent.click(screen.getByRole('button', { name: 'Play “5” from 0.8 s' }));
  expect(sound(container).currentTime).toBe(0.8);
});

test('only one recording is heard at a time', async () => {
  const { container } = render(
    <>
      <Answer title="first" />
      <Answer title="second" />
    </>,
  );
  await userEvent.click(screen.getByRole('button', { name: 'Play: first' }));
  await userEvent.click(screen.getByRole('button', { name: 'Play: second' }));
  expect([...container.querySelectorAll('audio')].map((audio) => audio.paused)).toEqual([true, false]);
});

test('a recording that cannot be played says so', () => {
  const { container } = render(<Answer title="trial 1" />);
  fireEvent.error(sound(container));
  expect(screen.getByRole('alert').textContent).toContain('could not be played');
});

test('an upload that still runs shows no player', () => {
  render(<Answer title="trial 1" recording={{ ...RECORDING, state: 'uploading' }} />);
  expect(screen.queryByRole('slider')).toBeNull();
  expect(screen.getByText('The recording is still being uploaded.')).toBeTruthy();
});

test('peaks are joined to bars without losing the highest', () => {
  const peaks = Array.from({ length: 600 }, (_, index) => (index === 401 ? 1 : 0.1));
  const bars = joined(peaks, 200);
  expect(bars).toHaveLength(200);
  expect(bars.indexOf(1)).toBe(133);
});

test('what was not read yet says so, and so does what was not opened; neither can be played', () => {
  const closed = { ...RECORDING, audio_url: null };
  const { container, rerender } = render(<Answer title="Digits" recording={closed} isScored={false} />);
  expect(screen.getByText(/has not been read yet/)).toBeTruthy();
  rerender(<Answer title="Digits" recording={closed} />);
  expect(screen.getByText(/was not opened, for the reason given here/)).toBeTruthy();
  expect(container.querySelector('audio')).toBeNull();
});
