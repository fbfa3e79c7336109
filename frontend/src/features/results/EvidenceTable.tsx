import type { Evidence } from './result';
import { asWords, plainNumber, seconds } from './wording';
import styles from './table.module.css';

interface Props {
  evidence: readonly Evidence[];
  title: string;
  /** What the first column holds. */
  heard?: string;
  onPlayFrom: (onset_s: number) => void;
}

/** What was said or done, what the rule took it for, and what it added; the time is a button that plays it. */
export function EvidenceTable({ evidence, title, heard = 'Heard', onPlayFrom }: Props) {
  if (evidence.length === 0) return null;
  const rules = [...new Set(evidence.map((row) => row.rule))];
  return (
    // A table wider than the screen is scrolled by keyboard too, so the region can be focused.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles.scroll} role="region" aria-label={`Evidence: ${title}`} tabIndex={0}>
      <table className={styles.table}>
        <caption>Evidence, by {rules.join(' and ')}</caption>
        <thead>
          <tr>
            <th scope="col">{heard}</th>
            <th scope="col">Taken for</th>
            <th scope="col" className={styles.number}>
              Points
            </th>
            {rules.length > 1 && <th scope="col">Rule</th>}
            <th scope="col">At</th>
          </tr>
        </thead>
        <tbody>
          {evidence.map((row, index) => (
            <tr key={`${index} ${row.text}`} data-label={row.label}>
              <th scope="row">{row.text}</th>
              <td>
                {asWords(row.label)}
                {row.note && <small className={styles.note}>{row.note}</small>}
              </td>
              <td className={styles.number}>{plainNumber(row.points)}</td>
              {rules.length > 1 && <td className={styles.rule}>{row.rule}</td>}
              <td>
                <PlayAt row={row} onPlayFrom={onPlayFrom} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function PlayAt({ row, onPlayFrom }: { row: Evidence; onPlayFrom: (onset_s: number) => void }) {
  const { onset_s } = row;
  if (onset_s === null) return <span className={styles.absent}>no time</span>;
  return (
    <button
      type="button"
      className={styles.jump}
      onClick={() => onPlayFrom(onset_s)}
      aria-label={`Play “${row.text}” from ${seconds(onset_s)}`}
    >
      {seconds(onset_s)}
    </button>
  );
}
