'use client';
import { useMemo, useState } from 'react';
import { EvidenceTable } from './EvidenceTable';
import {
  type DrawnStroke,
  type Part,
  type PartKind,
  drawnUntil,
  durationOf,
  markPlace,
  partsOf,
  pathOf,
  viewBoxOf,
} from './drawing';
import type { Question, Trial } from './result';
import { type Replay, SPEEDS, type Speed, useReplay } from './useReplay';
import { asWords, clock, seconds } from './wording';
import styles from './drawing.module.css';

interface Props {
  question: Question;
  trials: readonly Trial[];
}

/** A drawing as it came about, with what each part was taken for and when it was drawn. */
export function DrawingTrials({ question, trials }: Props) {
  const strokes = trials as unknown as readonly DrawnStroke[];
  const evidence = useMemo(() => question.evidence ?? [], [question.evidence]);
  const parts = useMemo(() => partsOf(evidence), [evidence]);
  const duration_s = durationOf(strokes, question.summary);
  const replay = useReplay(duration_s);
  const [chosen, setChosen] = useState<number | null>(null);
  return (
    <>
      <div className={styles.both}>
        <div>
          <Sheet strokes={strokes} parts={parts} chosen={chosen} at_ms={replay.position_s * 1000} />
          <Controls replay={replay} duration_s={duration_s} title={question.title} />
        </div>
        <Parts parts={parts} chosen={chosen} onChoose={setChosen} />
      </div>
      <TimeCourse strokes={strokes} parts={parts} replay={replay} duration_s={duration_s} />
      <EvidenceTable evidence={evidence} title={question.title} heard="Drawn" onPlayFrom={replay.playFrom} />
    </>
  );
}

interface SheetProps {
  strokes: readonly DrawnStroke[];
  parts: readonly Part[];
  chosen: number | null;
  at_ms: number;
}

function Sheet({ strokes, parts, chosen, at_ms }: SheetProps) {
  const kinds = kindsOf(parts);
  const lit = new Set(parts.find((part) => part.number === chosen)?.strokes);
  const told = parts.length === 0 ? 'nothing recognised' : parts.map((part) => part.name).join(', ');
  return (
    <svg className={styles.sheet} viewBox={viewBoxOf(strokes)} role="img" aria-label={`The drawing: ${told}`}>
      <rect width={100} height={100} className={styles.square} />
      {strokes.map((stroke) => (
        <path
          key={stroke.position}
          d={pathOf(drawnUntil(stroke, at_ms))}
          className={styles.stroke}
          data-kind={kinds.get(stroke.position) ?? 'other'}
          data-lit={lit.size === 0 ? undefined : lit.has(stroke.position)}
        />
      ))}
      {parts.map((part) => {
        const own = strokes.filter((stroke) => part.strokes.includes(stroke.position));
        if (own.length === 0 || at_ms < part.onset_s * 1000) return null;
        return (
          <text key={part.number} {...markPlace(own)} className={styles.mark} data-kind={part.kind}>
            {part.number}
          </text>
        );
      })}
    </svg>
  );
}

function kindsOf(parts: readonly Part[]): Map<number, PartKind> {
  return new Map(parts.flatMap((part) => part.strokes.map((stroke) => [stroke, part.kind] as const)));
}

function Controls({ replay, duration_s, title }: { replay: Replay; duration_s: number; title: string }) {
  const { isPlaying, position_s, speed, toggle, seek, setSpeed } = replay;
  return (
    <div className={styles.controls}>
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
      <input
        type="range"
        className={styles.seek}
        min={0}
        max={duration_s}
        step={0.1}
        value={position_s}
        onChange={(event) => seek(Number(event.target.value))}
        onKeyDown={(event) => {
          if (event.key !== ' ') return;
          event.preventDefault();
          toggle();
        }}
        aria-label={`Moment of the drawing: ${title}`}
        aria-valuetext={`${clock(position_s)} of ${clock(duration_s)}`}
      />
      <span className={styles.time} aria-hidden="true">
        {clock(position_s)} / {clock(duration_s)}
      </span>
      <label className={styles.speed}>
        Speed
        <select value={speed} onChange={(event) => setSpeed(Number(event.target.value) as Speed)}>
          {SPEEDS.map((one) => (
            <option key={one} value={one}>
              {one === 1 ? 'as drawn' : `${one} times`}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

interface PartsProps {
  parts: readonly Part[];
  chosen: number | null;
  onChoose: (number: number | null) => void;
}

function Parts({ parts, chosen, onChoose }: PartsProps) {
  if (parts.length === 0) return <p>No part was recognised.</p>;
  return (
    <div>
      <h3>What each part was taken for</h3>
      <ol className={styles.parts}>
        {parts.map((part) => (
          <li key={part.number}>
            <button
              type="button"
              className={styles.part}
              data-kind={part.kind}
              aria-pressed={chosen === part.number}
              onClick={() => onChoose(chosen === part.number ? null : part.number)}
            >
              <span className={styles.order}>{part.number}</span>
              <b>{part.name}</b>
              <span className={styles.word}>{part.kind === 'hand' ? '' : asWords(part.label)}</span>
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}

interface TimeCourseProps {
  strokes: readonly DrawnStroke[];
  parts: readonly Part[];
  replay: Replay;
  duration_s: number;
}

/** When the pen was down, and for what; the gaps are time in which nothing was drawn. */
function TimeCourse({ strokes, parts, replay, duration_s }: TimeCourseProps) {
  const kinds = kindsOf(parts);
  const scale = duration_s > 0 ? 100 / duration_s : 0;
  const begun = strokes[0]?.points[0]?.[2];
  return (
    <figure className={styles.course}>
      <figcaption>
        <b>Time course</b>: first line after {begun === undefined ? 'no time' : seconds(begun / 1000)}, finished after{' '}
        {seconds(duration_s)}. Coloured where the pen was down.
      </figcaption>
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" className={styles.line} aria-hidden="true">
        <rect width={100} height={8} className={styles.pause} />
        {strokes.map((stroke) => {
          const from_s = (stroke.points[0]?.[2] ?? 0) / 1000;
          const to_s = (stroke.points.at(-1)?.[2] ?? 0) / 1000;
          return (
            <rect
              key={stroke.position}
              x={from_s * scale}
              width={Math.max(0.3, (to_s - from_s) * scale)}
              height={8}
              className={styles.down}
              data-kind={stroke.removed_ms === null ? (kinds.get(stroke.position) ?? 'other') : 'removed'}
            />
          );
        })}
        <rect x={replay.position_s * scale - 0.15} width={0.3} height={8} className={styles.now} />
      </svg>
      <ul className={styles.legend}>
        {LEGEND.map(([kind, words]) => (
          <li key={kind}>
            <span className={styles.swatch} data-kind={kind} aria-hidden="true" /> {words}
          </li>
        ))}
      </ul>
    </figure>
  );
}

const LEGEND: [string, string][] = [
  ['outline', 'outline'],
  ['number', 'numbers'],
  ['hand', 'hands'],
  ['unsure', 'not read with certainty'],
  ['removed', 'taken back'],
];
