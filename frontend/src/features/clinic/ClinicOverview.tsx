'use client';
import Link from 'next/link';
import { useCallback, useState } from 'react';
import { type ListedSession, NO_FILTER, listBatteries, listInvitations, listSessions } from './clinic';
import { InvitationForm } from './InvitationForm';
import { InvitationList } from './InvitationList';
import { SessionList } from './SessionList';
import { useUser } from '@/features/account/StaffFrame';
import { useLive } from '@/lib/useLive';
import styles from './clinic.module.css';

const REFRESH_MS = 5000;
const BATTERIES_REFRESH_MS = 300_000; // they change only with a new release

/** What this role may do with sessions; it follows what participants do by itself. */
export function ClinicOverview() {
  const { role } = useUser();
  if (role === 'operator') return <NothingHere />;
  return (
    <div className={styles.overview}>
      <Sessions />
      {role !== 'researcher' && <Invitations />}
    </div>
  );
}

function NothingHere() {
  return (
    <section aria-labelledby="nothing-title">
      <h1 id="nothing-title">No health data for operators</h1>
      <p>
        Your account runs the machine: <Link href="/operator">System</Link>. Sessions and results are for clinicians and
        researchers.
      </p>
    </section>
  );
}

function Sessions() {
  const sessions = useLive(listSessionsFromNewest, REFRESH_MS);
  const [filter, setFilter] = useState(NO_FILTER);
  const older = useOlder();
  const problem = sessions.problem ?? older.problem;
  const newest = sessions.data?.sessions ?? [];
  const known = new Set(newest.map((session) => session.id));
  const all = [...newest, ...older.sessions.filter((session) => !known.has(session.id))];
  const next = older.hasLoaded ? older.next : (sessions.data?.next ?? null);
  return (
    <section aria-labelledby="sessions-title">
      <h1 id="sessions-title">Sessions</h1>
      <Problem words={problem} />
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
  );
}

function Invitations() {
  const invitations = useLive(listInvitations, REFRESH_MS);
  const batteries = useLive(listBatteries, BATTERIES_REFRESH_MS);
  return (
    <>
      <section aria-labelledby="invite-title">
        <h2 id="invite-title">Invite a participant</h2>
        <Problem words={batteries.problem} />
        {batteries.data && <InvitationForm batteries={batteries.data} onInvited={invitations.reload} />}
      </section>
      <section aria-labelledby="invitations-title">
        <h2 id="invitations-title">Invitations</h2>
        <Problem words={invitations.problem} />
        {invitations.data && <InvitationList invitations={invitations.data} onChanged={invitations.reload} />}
      </section>
    </>
  );
}

function Problem({ words }: { words: string | null }) {
  if (!words) return null;
  return (
    <p role="alert" className={styles.problem}>
      {words} The page keeps trying.
    </p>
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
