import { StatusBadge } from '@/features/results/StatusBadge';
import { type Database, seconds } from './operation';
import styles from './operator.module.css';

const FULL = 0.8;

/** How many connections are taken, and which statements take the most time. */
export function DatabaseSection({ database }: { database: Database }) {
  const { connections, connections_allowed, statements } = database;
  const isFull = connections / connections_allowed > FULL;
  return (
    <section aria-labelledby="database-title">
      <h2 id="database-title">Database</h2>
      <div className={styles.cards}>
        <div className={styles.card}>
          <h3>Connections</h3>
          <p>
            <StatusBadge tone={isFull ? 'needs_review' : 'scored'}>
              {connections} of {connections_allowed}
            </StatusBadge>
          </p>
          <p className={styles.muted}>
            <code>cas db check</code> says more.
          </p>
        </div>
        <div className={`${styles.card ?? ''} ${styles.wide ?? ''}`}>
          <h3>Statements with the most time</h3>
          {statements === null ? (
            <p className={styles.muted}>
              This database keeps no statistics of its statements; <code>cas db slow</code> says how to turn them on.
            </p>
          ) : (
            <Statements statements={statements} />
          )}
        </div>
      </div>
    </section>
  );
}

function Statements({ statements }: { statements: NonNullable<Database['statements']> }) {
  return (
    <ol className={styles.statements}>
      {statements.map((one) => (
        <li key={one.text}>
          <span className={styles.muted}>
            {seconds(one.total_ms / 1000)} in all, {one.calls.toLocaleString('en')} calls, {one.mean_ms.toFixed(1)} ms
            each
          </span>
          <code>{one.text}</code>
        </li>
      ))}
    </ol>
  );
}
