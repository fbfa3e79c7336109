import type { Question, Trial } from './result';
import { tapsOf } from './taps';
import { asWords } from './wording';
import chart from './chart.module.css';
import styles from './table.module.css';

interface Props {
  question: Question;
  trials: readonly Trial[];
}

/** The blocks where they lay, numbered as they were pressed, beside what was asked for. */
export function SpanTrials({ question, trials }: Props) {
  const { parameters } = question;
  const blocks = parameters?.['blocks'] as [number, number][] | undefined;
  const { width, height, size } = (parameters ?? {}) as Record<string, number>;
  if (!blocks || !width || !height || !size) return null;
  const taps = tapsOf(trials);
  const evidence = question.evidence ?? [];
  const orderOf = (place: number) => taps.flatMap((tap, index) => (tap.place === place ? [index + 1] : [])).join(', ');
  return (
    <>
      <figure className={chart.board}>
        <figcaption>The order in which blocks were pressed</figcaption>
        <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`Pressed: ${question.answer ?? 'nothing'}`}>
          {blocks.map(([x, y], place) => (
            <g key={place} data-label={orderOf(place) ? 'right' : 'missing'}>
              <rect x={x - size / 2} y={y - size / 2} width={size} height={size} rx={8} className={chart.circle} />
              <text x={x} y={y + 6} textAnchor="middle" className={chart.label}>
                {orderOf(place)}
              </text>
            </g>
          ))}
        </svg>
      </figure>
      <table className={styles.table} aria-label="Every press">
        <thead>
          <tr>
            <th scope="col" className={styles.number}>
              Press
            </th>
            <th scope="col">Block</th>
            <th scope="col">Taken for</th>
            <th scope="col" className={styles.number}>
              After the one before
            </th>
          </tr>
        </thead>
        <tbody>
          {evidence.map((one, index) => (
            <tr key={index}>
              <td className={styles.number}>{index + 1}</td>
              <td>{one.text}</td>
              <td>{asWords(one.label)}</td>
              <td className={styles.number}>{gapWords(taps[index - 1]?.at_ms, taps[index]?.at_ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

const gapWords = (before_ms?: number, at_ms?: number): string =>
  before_ms === undefined || at_ms === undefined ? '' : `${Math.round(at_ms - before_ms)} ms`;
