import { StatusBadge } from '@/features/results/StatusBadge';
import { type ErrorPattern, type LogLine, ageOf, length } from './operation';
import styles from './operator.module.css';

/** Which kinds of errors there are, week against week, and the newest lines. */
export function ErrorsSection({ patterns, errors, now }: { patterns: ErrorPattern[]; errors: LogLine[]; now: string }) {
  return (
    <section aria-labelledby="errors-title">
      <h2 id="errors-title">Errors</h2>
      <div className={styles.cards}>
        <div className={`${styles.card ?? ''} ${styles.wide ?? ''}`}>
          <h3>Patterns, week against week</h3>
          {patterns.length === 0 ? (
            <p className={styles.muted}>No unforeseen error within two weeks.</p>
          ) : (
            <Patterns patterns={patterns} />
          )}
        </div>
        <div className={styles.card}>
          <h3>Newest errors</h3>
          <Errors errors={errors} now={now} />
        </div>
      </div>
    </section>
  );
}

function Patterns({ patterns }: { patterns: ErrorPattern[] }) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">Error and its place</th>
          <th scope="col">7 days</th>
          <th scope="col">Before</th>
        </tr>
      </thead>
      <tbody>
        {patterns.map((one) => (
          <tr key={`${one.part} ${one.kind} ${one.place}`}>
            <th scope="row">
              <code>{one.kind}</code> in <code>{one.place}</code> ({one.part}){' '}
              {one.is_new && <StatusBadge tone="needs_review">new</StatusBadge>}
            </th>
            <td>{one.this_week}</td>
            <td>{one.week_before}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Errors({ errors, now }: { errors: LogLine[]; now: string }) {
  if (errors.length === 0) return <p className={styles.muted}>None in the newest lines of the log.</p>;
  return (
    <ul className={styles.errors}>
      {errors.map((line, place) => (
        <li key={`${line.at} ${place}`}>
          <span className={styles.muted}>
            {length(ageOf(line.at, now))} ago, {line.part}
          </span>
          <code>{line.message}</code>
        </li>
      ))}
    </ul>
  );
}
