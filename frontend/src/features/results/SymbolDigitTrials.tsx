import type { Question, Trial } from './result';
import { type Bin, type SymbolDigitTrial, bins, isRight, numberOf } from './symbolDigit';
import { seconds } from './wording';
import chart from './chart.module.css';
import styles from './table.module.css';

interface Props {
  question: Question;
  trials: readonly Trial[];
}

/** The two minutes in parts of 30 s, and every error with its moment. */
export function SymbolDigitTrials({ question, trials: given }: Props) {
  const trials = given as unknown as readonly SymbolDigitTrial[];
  const key = question.parameters?.['key'];
  const duration_s = question.parameters?.['duration_s'];
  if (!Array.isArray(key) || typeof duration_s !== 'number') return null;
  const numbers = key as number[];
  const errors = trials.filter((trial) => !trial.is_practice && trial.response !== null && !isRight(trial, numbers));
  return (
    <>
      <Bars found={bins(trials, numbers, duration_s)} />
      <h3>Errors</h3>
      {errors.length === 0 ? <p>No errors.</p> : <Errors errors={errors} keyNumbers={numbers} />}
    </>
  );
}

function Bars({ found }: { found: readonly Bin[] }) {
  const most = Math.max(1, ...found.map((bin) => bin.right + bin.wrong));
  return (
    <table className={chart.bars}>
      <caption>Responses in each 30 seconds</caption>
      <thead className={chart.hidden}>
        <tr>
          <th scope="col">Seconds</th>
          <th scope="col">Right and wrong</th>
        </tr>
      </thead>
      <tbody>
        {found.map((bin) => (
          <tr key={bin.from_s}>
            <th scope="row">
              {bin.from_s} to {bin.to_s} s
            </th>
            <td>
              <span className={chart.bar} aria-hidden="true">
                <span className={chart.right} style={{ width: `${(100 * bin.right) / most}%` }} />
                <span className={chart.wrong} style={{ width: `${(100 * bin.wrong) / most}%` }} />
              </span>
              <span className={chart.figures}>
                {bin.right} right, {bin.wrong} wrong
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Errors({ errors, keyNumbers }: { errors: readonly SymbolDigitTrial[]; keyNumbers: readonly number[] }) {
  return (
    <table className={styles.table} aria-label="Errors">
      <thead>
        <tr>
          <th scope="col">At</th>
          <th scope="col" className={styles.number}>
            Position
          </th>
          <th scope="col" className={styles.number}>
            Pressed
          </th>
          <th scope="col" className={styles.number}>
            Right number
          </th>
          <th scope="col" className={styles.number}>
            Time taken
          </th>
        </tr>
      </thead>
      <tbody>
        {errors.map((trial) => (
          <tr key={trial.position}>
            <td>{seconds(trial.onset_ms / 1000)}</td>
            <td className={styles.number}>{trial.position + 1}</td>
            <td className={styles.number}>{trial.response}</td>
            <td className={styles.number}>{numberOf(trial.symbol, keyNumbers)}</td>
            <td className={styles.number}>{Math.round(trial.reaction_time_ms)} ms</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
