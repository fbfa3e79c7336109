'use client';
import { useState } from 'react';
import type { Transcript as Heard, Word } from './result';
import { asWords, confidenceBand, percent, seconds } from './wording';
import styles from './transcript.module.css';

interface Props {
  transcript: Heard;
  position_s: number;
  isPlaying: boolean;
  onPlayFrom: (onset_s: number) => void;
}

/** What was heard: each word is a button that plays from there, marked by how sure the recogniser was. */
export function Transcript({ transcript, position_s, isPlaying, onPlayFrom }: Props) {
  const [looked, setLooked] = useState<Word | null>(null);
  if (transcript.words.length === 0) return <p className={styles.none}>No words were heard.</p>;
  return (
    <div>
      <p className={styles.words} onPointerLeave={() => setLooked(null)}>
        {transcript.words.map((word, index) => (
          <WordButton
            key={`${index} ${word.onset_s}`}
            word={word}
            isSounding={isPlaying && position_s >= word.onset_s && position_s < word.offset_s}
            onPlay={() => onPlayFrom(word.onset_s)}
            onLook={() => setLooked(word)}
          />
        ))}
      </p>
      <p className={styles.looked} aria-hidden="true">
        {looked ? describe(looked) : 'Press a word to hear the recording from there.'}
      </p>
    </div>
  );
}

function describe(word: Word): string {
  return `“${word.text.trim()}”: ${seconds(word.onset_s)} to ${seconds(word.offset_s)}, ${percent(word.confidence)} sure`;
}

interface WordProps {
  word: Word;
  isSounding: boolean;
  onPlay: () => void;
  onLook: () => void;
}

function WordButton({ word, isSounding, onPlay, onLook }: WordProps) {
  const text = word.text.trim();
  return (
    <button
      type="button"
      className={styles.word}
      data-confidence={confidenceBand(word.confidence)}
      data-sounding={isSounding || undefined}
      title={describe(word)}
      aria-label={`${text}, ${percent(word.confidence)} sure, play from ${seconds(word.onset_s)}`}
      onClick={onPlay}
      onFocus={onLook}
      onPointerEnter={onLook}
    >
      {text}
    </button>
  );
}

/** What the marks of the words mean. */
export function ConfidenceLegend() {
  return (
    <dl className={styles.legend} aria-label="How sure the recogniser was of a word">
      {LEGEND.map(([band, meaning]) => (
        <div key={band}>
          <dt>
            <span className={styles.word} data-confidence={band} aria-hidden="true">
              word
            </span>
            <span className={styles.hidden}>{asWords(band)}</span>
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}

const LEGEND = [
  ['sure', 'no line: 90 % sure or more'],
  ['less_sure', 'dashed line: 60 to 89 %'],
  ['doubtful', 'wavy line: less than 60 %'],
] as const;
