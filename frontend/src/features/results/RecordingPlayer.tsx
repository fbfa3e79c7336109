'use client';
import type { Playback } from './usePlayback';
import type { Recording } from './result';
import { clock } from './wording';
import { Waveform } from './Waveform';
import styles from './player.module.css';

interface Props {
  recording: Recording;
  playback: Playback;
  /** What is heard, for the controls' names. */
  title: string;
  /** Whether its answer has a score, which says why there is nothing to hear. */
  isScored: boolean;
  /** Stretches to mark on the waveform, such as the words that gave the points. */
  marked?: readonly { onset_s: number; offset_s: number }[];
}

/** Play, pause and seek one recording on its waveform, by pointer and by keyboard. */
export function RecordingPlayer({ recording, playback, title, isScored, marked = [] }: Props) {
  if (recording.state !== 'complete') {
    return <p className={styles.absent}>{ABSENT[recording.state]}</p>;
  }
  if (recording.audio_url === null) {
    return <p className={styles.absent}>{isScored ? CLOSED : PREPARED}</p>;
  }
  const duration_s = recording.duration_s ?? 0;
  const { attach, isPlaying, position_s, problem, toggle, seek } = playback;
  return (
    <div className={styles.player}>
      {/* eslint-disable-next-line jsx-a11y/media-has-caption -- the transcript stands right below */}
      <audio ref={attach} src={recording.audio_url} preload="none" />
      <button
        type="button"
        className={styles.play}
        onClick={toggle}
        aria-label={`${isPlaying ? 'Pause' : 'Play'}: ${title}`}
      >
        <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" fill="currentColor">
          {isPlaying ? <path d="M6 4h4v16H6zM14 4h4v16h-4z" /> : <path d="M7 4v16l13-8z" />}
        </svg>
      </button>
      <div className={styles.track}>
        <Waveform peaks={recording.waveform ?? []} duration_s={duration_s} position_s={position_s} marked={marked} />
        <input
          className={styles.seek}
          type="range"
          min={0}
          max={duration_s}
          step={0.1}
          value={Math.min(position_s, duration_s)}
          onChange={(event) => seek(Number(event.target.value))}
          onKeyDown={(event) => {
            if (event.key !== ' ') return;
            event.preventDefault();
            toggle();
          }}
          aria-label={`Position in the recording: ${title}`}
          aria-valuetext={`${clock(position_s)} of ${clock(duration_s)}`}
        />
      </div>
      <span className={styles.time} aria-hidden="true">
        {clock(position_s)} / {clock(duration_s)}
      </span>
      {problem && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
    </div>
  );
}

const PREPARED = 'The recording has not been read yet; it can be heard once it has been.';
const CLOSED = 'There is no sound to hear: the recording was not opened, for the reason given here. It is kept.';

const ABSENT: Record<Exclude<Recording['state'], 'complete'>, string> = {
  uploading: 'The recording is still being uploaded.',
  erased: 'The recording was erased, as the organisation’s rule says.',
  terminated: 'The upload was ended; there is no recording.',
};
