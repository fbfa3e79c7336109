import type { Question, Trial } from './result';
import { type Shown, exceptions, shownPresses, topOf } from './presses';
import { asWords, seconds } from './wording';
import chart from './chart.module.css';
import styles from './table.module.css';

interface Props {
  question: Question;
  trials: readonly Trial[];
}

const WIDTH = 600;
const HEIGHT = 180;
const LEFT = 84;
const TOP = 14;
const BOTTOM = 26;

/** Every reaction time in its order, and every trial that was not simply right. */
export function PressTrials({ question, trials }: Props) {
  const shown = shownPresses(trials, question.evidence ?? []);
  if (shown.length === 0) return null;
  const unusual = exceptions(shown);
  return (
    <>
      <Times shown={shown} />
      <h3>Other than right</h3>
      {unusual.length === 0 ? <p>Nothing.</p> : <Unusual shown={unusual} />}
    </>
  );
}

function Times({ shown }: { shown: readonly Shown[] }) {
  const top_ms = topOf(shown);
  const x = (index: number) => LEFT + ((index + 0.5) * (WIDTH - LEFT)) / shown.length;
  const y = (time_ms: number) => (HEIGHT - TOP - BOTTOM) * (1 - Math.min(time_ms, top_ms) / top_ms) + TOP;
  const lines = [0, top_ms / 2, top_ms];
  return (
    <figure className={chart.times}>
      <figcaption>Reaction times in the order of the trials</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${shown.length} trials up to ${top_ms} ms`}>
        {lines.map((time_ms) => (
          <g key={time_ms}>
            <line x1={LEFT} x2={WIDTH} y1={y(time_ms)} y2={y(time_ms)} className={chart.rule} />
            <text x={LEFT - 6} y={y(time_ms) + 4} textAnchor="end" className={chart.tick}>
              {Math.round(time_ms)} ms
            </text>
          </g>
        ))}
        {shown.map((one, index) =>
          one.time_ms === null ? (
            <text key={one.position} x={x(index)} y={HEIGHT - 6} textAnchor="middle" className={chart.tick}>
              –
            </text>
          ) : (
            <circle
              key={one.position}
              cx={x(index)}
              cy={y(one.time_ms)}
              r={4}
              className={chart.dot}
              data-label={one.label}
            >
              <title>{`Trial ${one.position + 1}: ${Math.round(one.time_ms)} ms, ${asWords(one.label).toLowerCase()}`}</title>
            </circle>
          ),
        )}
      </svg>
      <p className={chart.legend}>Filled: right. Open: anything else. – : not pressed.</p>
    </figure>
  );
}

function Unusual({ shown }: { shown: readonly Shown[] }) {
  return (
    <table className={styles.table} aria-label="Other than right">
      <thead>
        <tr>
          <th scope="col">At</th>
          <th scope="col" className={styles.number}>
            Trial
          </th>
          <th scope="col">What happened</th>
          <th scope="col">Taken for</th>
        </tr>
      </thead>
      <tbody>
        {shown.map((one) => (
          <tr key={one.position}>
            <td>{seconds(one.onset_ms / 1000)}</td>
            <td className={styles.number}>{one.position + 1}</td>
            <td>{one.text}</td>
            <td>{asWords(one.label)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
