'use client';
import { useState } from 'react';
import { type Point, percent, seconds } from './operation';
import styles from './operator.module.css';

type Name = 'requests' | 'response_time' | 'error_rate' | 'cpu' | 'memory' | 'up';

interface Plot {
  name: Name;
  title: string;
  written: (value: number) => string;
  /** Where the scale ends at the least, so that a calm day does not look like a storm. */
  least: number;
  target?: number;
}

const PLOTS: Plot[] = [
  { name: 'requests', title: 'Requests', written: (value) => Math.round(value).toLocaleString('en'), least: 10 },
  { name: 'response_time', title: 'Response time', written: seconds, least: 0.5, target: 2 },
  { name: 'error_rate', title: 'Failing requests', written: percent, least: 0.02, target: 0.01 },
  { name: 'up', title: 'Share of time served', written: percent, least: 1 },
  { name: 'cpu', title: 'Processors', written: percent, least: 1, target: 0.7 },
  { name: 'memory', title: 'Memory', written: percent, least: 1, target: 0.8 },
];
const WIDTH = 320;
const HEIGHT = 90;

/** How the figures went, over a day or a week. */
export function PlotsSection({ plots }: { plots: Record<'1' | '7', Point[]> }) {
  const [days, setDays] = useState<'1' | '7'>('1');
  return (
    <section aria-labelledby="plots-title">
      <h2 id="plots-title">
        Over time
        <span className={styles.switch} role="group" aria-label="How long">
          {(['1', '7'] as const).map((one) => (
            <button key={one} type="button" aria-pressed={one === days} onClick={() => setDays(one)}>
              {one === '1' ? 'One day' : 'Seven days'}
            </button>
          ))}
        </span>
      </h2>
      <div className={styles.cards}>
        {PLOTS.map((plot) => (
          <PlotCard key={plot.name} plot={plot} points={plots[days]} />
        ))}
      </div>
    </section>
  );
}

function PlotCard({ plot, points }: { plot: Plot; points: Point[] }) {
  const values = points.map((point) => point[plot.name]).filter((value) => value !== null);
  const newest = values.at(-1);
  const most = Math.max(...values, 0);
  return (
    <div className={styles.card}>
      <h3>{plot.title}</h3>
      {newest === undefined ? (
        <p className={styles.muted}>Nothing was measured yet.</p>
      ) : (
        <>
          <Line plot={plot} points={points} most={Math.max(most, plot.least)} />
          <p className={styles.ends}>
            <span>{shortly(points[0]?.at)}</span>
            <span>
              now {plot.written(newest)}, at most {plot.written(most)}
            </span>
          </p>
        </>
      )}
    </div>
  );
}

function Line({ plot, points, most }: { plot: Plot; points: Point[]; most: number }) {
  const x = (place: number) => (place / Math.max(1, points.length - 1)) * WIDTH;
  const y = (value: number) => HEIGHT - 3 - (value / most) * (HEIGHT - 6);
  const runs = runsOf(points.map((point) => point[plot.name]));
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      className={styles.plot}
      role="img"
      aria-label={`${plot.title} from ${shortly(points[0]?.at)} until now, at most ${plot.written(most)}`}
    >
      {plot.target !== undefined && plot.target <= most && (
        <line x1="0" x2={WIDTH} y1={y(plot.target)} y2={y(plot.target)} data-target />
      )}
      {runs.map((run) => (
        <polyline
          key={run.begin}
          points={run.values.map((value, place) => `${x(run.begin + place)},${y(value)}`).join(' ')}
        />
      ))}
      {runs
        .filter((run) => run.values.length === 1)
        .map((run) => (
          <circle key={run.begin} cx={x(run.begin)} cy={y(run.values[0] ?? 0)} r="2.5" />
        ))}
    </svg>
  );
}

/** Stretches without a gap: where nobody looked, no line is drawn. */
export function runsOf(values: (number | null)[]): { begin: number; values: number[] }[] {
  const runs: { begin: number; values: number[] }[] = [];
  values.forEach((value, place) => {
    if (value === null) return;
    const last = runs.at(-1);
    if (last && last.begin + last.values.length === place) last.values.push(value);
    else runs.push({ begin: place, values: [value] });
  });
  return runs;
}

function shortly(at: string | undefined): string {
  return at ? `${at.slice(5, 10)} ${at.slice(11, 16)} UTC` : '';
}
