import type { Flag } from './result';
import styles from './flags.module.css';

/** What somebody has to look at first, whatever else the result says. */
export function Flags({ flags }: { flags: readonly Flag[] }) {
  if (flags.length === 0) return null;
  return (
    <section aria-labelledby="flags-title" className={styles.flags}>
      <h2 id="flags-title">
        <svg viewBox="0 0 16 16" width="20" height="20" aria-hidden="true" fill="currentColor">
          <path d="M3 1h1.8v14H3zM5.4 2h8.1l-2.2 3 2.2 3H5.4z" />
        </svg>
        Look at this first
      </h2>
      <ul>
        {flags.map((flag) => (
          <li key={`${flag.instrument} ${flag.code}`}>
            <strong>{flag.title}</strong>
            {flag.detail && <p>{flag.detail}</p>}
            {flag.question_id ? (
              <a href={`#${flag.instrument}`}>To the answers</a>
            ) : (
              <p>It was chosen while the form was being answered; the form itself has not arrived.</p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
