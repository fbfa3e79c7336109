import type { Evidence, Question, Trial } from './result';
import { type Tap, tapsOf } from './taps';
import { asWords, seconds } from './wording';
import chart from './chart.module.css';
import styles from './table.module.css';

interface Props {
  question: Question;
  trials: readonly Trial[];
}

interface Board {
  circles: [number, number][];
  labels: string[];
}

/** The board with the way that was gone, and every press with its time. */
export function TrailTrials({ question, trials }: Props) {
  const { parameters } = question;
  const board = parameters?.['trail'] as Board | undefined;
  const { width, height, radius } = (parameters ?? {}) as Record<string, number>;
  if (!board || !width || !height || !radius) return null;
  const taps = tapsOf(trials);
  const evidence = question.evidence ?? [];
  return (
    <>
      <Way {...{ board, width, height, radius, taps, evidence }} />
      <Moves evidence={evidence} />
    </>
  );
}

interface WayProps {
  board: Board;
  width: number;
  height: number;
  radius: number;
  taps: readonly Tap[];
  evidence: readonly Evidence[];
}

function Way({ board, width, height, radius, taps, evidence }: WayProps) {
  const reached = evidence.filter((one) => one.label === 'right').length;
  const wrong = new Set(taps.filter((_, index) => evidence[index]?.label === 'wrong').map((tap) => tap.place));
  const line = board.circles.slice(0, reached).map((point) => point.join(','));
  const said = `${reached} of ${board.circles.length} circles reached, ${wrong.size} pressed wrongly`;
  return (
    <figure className={chart.board}>
      <figcaption>{said}</figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={said}>
        <polyline points={line.join(' ')} className={chart.way} />
        {board.circles.map(([x, y], place) => (
          <g key={place} data-label={wrong.has(place) ? 'wrong' : place < reached ? 'right' : 'missing'}>
            <circle cx={x} cy={y} r={radius * 0.7} className={chart.circle} />
            <text x={x} y={y + 5} textAnchor="middle" className={chart.label}>
              {board.labels[place]}
            </text>
          </g>
        ))}
      </svg>
      <p className={chart.legend}>Dashed: pressed when another one was next. Faint: not reached.</p>
    </figure>
  );
}

function Moves({ evidence }: { evidence: readonly Evidence[] }) {
  return (
    <details>
      <summary>Every press</summary>
      <table className={styles.table} aria-label="Every press">
        <thead>
          <tr>
            <th scope="col">At</th>
            <th scope="col">Move and time</th>
            <th scope="col">Taken for</th>
          </tr>
        </thead>
        <tbody>
          {evidence.map((one, index) => (
            <tr key={index}>
              <td>{one.offset_s === null ? '' : seconds(one.offset_s)}</td>
              <td>{one.text}</td>
              <td>{asWords(one.label)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
