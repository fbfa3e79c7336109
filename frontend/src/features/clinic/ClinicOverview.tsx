'use client';
import { useCallback, useState } from 'react';
import { type ListedSession, NO_FILTER, listInvitations, listSessions } from './clinic';
import { InvitationForm } from './InvitationForm';
import { InvitationList } from './InvitationList';
import { SessionList } from './SessionList';
import { useLive } from '@/lib/useLive';
import styles from './clinic.module.css';

const REFRESH_MS = 5000;

/** Sessions, invitations, and inviting; it follows what participants do by itself. */
export function ClinicOverview() {
  const sessions = useLive(listSessionsFromNewest, REFRESH_MS);
  const invitations = useLive(listInvitations, REFRESH_MS);
  const [filter, setFilter] = useState(NO_FILTER);
  const older = useOlder();
  const problem = sessions.problem ?? invitations.problem ?? older.problem;
  const newest = sessions.data?.sessions ?? [];
  const known = new Set(newest.map((session) => session.id));
  const all = [...newest, ...older.sessions.filter((session) => !known.has(session.id))];
  const next = older.hasLoaded ? older.next : (sessions.data?.next ?? null);
  return (
    <div className={styles.overview}>
      {problem && (
        <p role="alert" className={styles.problem}>
          {problem} The page keeps trying.
        </p>
      )}
      <section aria-labelledby="sessions-title">
        <h1 id="sessions-title">Sessions</h1>
        {sessions.data ? (
          <SessionList
            sessions={all}
            filter={filter}
            onFilter={setFilter}
            onMore={next ? () => older.load(next) : undefined}
          />
        ) : (
          !problem && <p role="status">Loading …</p>
        )}
      </section>
      <section aria-labelledby="invite-title">
        <h2 id="invite-title">Invite a participant</h2>
        <InvitationForm onInvited={invitations.reload} />
      </section>
      <section aria-labelledby="invitations-title">
        <h2 id="invitations-title">Invitations</h2>
        {invitations.data && <InvitationList invitations={invitations.data} onChanged={invitations.reload} />}
      </section>
    </div>
  );
}

function listSessionsFromNewest() {
  return listSessions();
}

/** Pages of older sessions, added one after the other. */
function useOlder() {
  const [sessions, setSessions] = useState<ListedSession[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [hasLoaded, setLoaded] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const load = useCallback((before: string) => {
    listSessions(before).then(
      (page) => {
        setSessions((known) => [...known, ...page.sessions]);
        setNext(page.next);
        setLoaded(true);
        setProblem(null);
      },
      () => setProblem('Older sessions could not be loaded.'),
    );
  }, []);
  return { sessions, next, hasLoaded, problem, load };
}
