'use client';
import Link from 'next/link';
import { type ListedSession, NO_FILTER, type SessionFilter, filtered } from './clinic';
import { moment, nameOf } from './wording';
import { SessionFilters } from './SessionFilters';
import styles from './clinic.module.css';

interface Props {
  sessions: readonly ListedSession[];
  filter: SessionFilter;
  onFilter: (filter: SessionFilter) => void;
  /** Loads older sessions, where there are more. */
  onMore?: (() => void) | undefined;
}

const STATE_WORDS: Record<ListedSession['result_status'], string> = {
  in_progress: 'In progress',
  measuring: 'Being measured',
  ready: 'Result ready',
  withdrawn: 'Consent withdrawn',
};

/** The organisation's sessions, newest first. */
export function SessionList({ sessions, filter, onFilter, onMore }: Props) {
  const shown = filtered(sessions, filter);
  if (sessions.length === 0) {
    return (
      <p className={styles.empty}>
        No sessions yet. Invite a participant first: fill in the form, then give them the link or let them scan the
        code.
      </p>
    );
  }
  return (
    <>
      <SessionFilters filter={filter} onChange={onFilter} />
      <p role="status" className={styles.found}>
        {shown.length} of {sessions.length} sessions
      </p>
      {shown.length === 0 ? (
        <p className={styles.empty}>
          No session is like that.{' '}
          <button type="button" className={styles.quiet} onClick={() => onFilter(NO_FILTER)}>
            Show all
          </button>
        </p>
      ) : (
        <table className={styles.table} aria-label="Sessions">
          <thead>
            <tr>
              <th scope="col">Participant</th>
              <th scope="col">Begun</th>
              <th scope="col">Battery</th>
              <th scope="col">State</th>
              <th scope="col">Needs review</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((session) => (
              <SessionRow key={session.id} session={session} />
            ))}
          </tbody>
        </table>
      )}
      {onMore && (
        <button type="button" className={styles.quiet} onClick={onMore}>
          Show older sessions
        </button>
      )}
    </>
  );
}

function SessionRow({ session }: { session: ListedSession }) {
  return (
    <tr>
      <th scope="row">
        <Link href={`/clinic/session?id=${session.id}`}>{session.participant_label}</Link>
        {session.flags.map((flag) => (
          <span key={`${flag.instrument} ${flag.code}`} className={styles.flag}>
            Look at this: {flag.title}
          </span>
        ))}
        {session.is_simulated && <span className={styles.simulated}>Simulated</span>}
      </th>
      <td data-heading="Begun">{moment(session.created_at)}</td>
      <td data-heading="Battery">{nameOf(session.battery)}</td>
      <td data-heading="State">
        <span className={styles.state} data-state={session.result_status}>
          {STATE_WORDS[session.result_status]}
        </span>
      </td>
      <td data-heading="Needs review">
        {session.needs_review_count > 0 ? (
          <strong className={styles.review}>{answers(session.needs_review_count)}</strong>
        ) : (
          <span className={styles.muted}>none</span>
        )}
      </td>
    </tr>
  );
}

function answers(count: number): string {
  return count === 1 ? '1 answer' : `${count} answers`;
}
