import type { Result } from './result';
import { asWords, moment } from './wording';
import styles from './section.module.css';

/** Whose result it is, of when, how far it is, and whether it is of a real person. */
export function ResultHeader({ result }: { result: Result }) {
  const { session } = result;
  return (
    <header className={styles.top}>
      {session.is_simulated && (
        <p className={styles.simulated}>
          <strong>Simulated session.</strong> The answers were made by the simulated participant, not by a person.
        </p>
      )}
      <div className={styles.titles}>
        <h1>{session.participant_label}</h1>
        <button type="button" className={styles.print} onClick={() => window.print()}>
          Print
        </button>
      </div>
      <p className={styles.when}>
        {asWords(session.battery)} battery, {moment(session.created_at, session.time_zone)}{' '}
        <span className={styles.zone}>({session.time_zone})</span>
      </p>
      {session.is_attended && <p>{session.attended_by ?? 'Staff'} sat beside the person.</p>}
      <Progress result={result} />
      <p className={styles.purpose}>For screening, monitoring and research. This system does not diagnose.</p>
    </header>
  );
}

function Progress({ result }: { result: Result }) {
  if (result.status === 'ready') return null;
  if (result.status === 'withdrawn') {
    return (
      <p className={styles.progress} role="status">
        The participant has withdrawn their consent: the session has ended, and nothing more is kept or measured.
      </p>
    );
  }
  const { done, total } = result.progress ?? { done: 0, total: 0 };
  const words =
    result.status === 'in_progress'
      ? 'The session still runs. What is there so far is shown, and the page follows by itself.'
      : 'The answers are being measured. The page follows by itself.';
  return (
    <div className={styles.progress} role="status">
      <p>{words}</p>
      <label>
        <span>
          {done} of {total} answers measured
        </span>
        <progress value={done} max={Math.max(total, 1)} />
      </label>
    </div>
  );
}
