'use client';
import { useCallback, useState } from 'react';
import { NO_FILTER, type Page, listBatteries, listInvitations, listSessions } from './clinic';
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
  return (
    <div className={styles.overview}>
      <Sessions />
      {role !== 'researcher' && <Invitations />}
    </div>
  );
}

function Sessions() {
  const sessions = usePages(listSessions, (session) => session.id);
  const [filter, setFilter] = useState(NO_FILTER);
  return (
    <section aria-labelledby="sessions-title">
      <h1 id="sessions-title">Sessions</h1>
      <Problem words={sessions.problem} />
      {sessions.rows ? (
        <SessionList sessions={sessions.rows} filter={filter} onFilter={setFilter} onMore={sessions.onMore} />
      ) : (
        !sessions.problem && <p role="status">Loading …</p>
      )}
    </section>
  );
}

function Invitations() {
  const invitations = usePages(listInvitations, (invitation) => invitation.invitation_id);
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
        {invitations.rows && (
          <InvitationList invitations={invitations.rows} onChanged={invitations.reload} onMore={invitations.onMore} />
        )}
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

/** A list that follows what happens at its newest end; older pages are added one after the other. */
function usePages<Row>(
  list: (before?: string, last?: Page<Row> | null) => Promise<Page<Row>>,
  idOf: (row: Row) => string,
) {
  const newest = useLive(
    useCallback((last: Page<Row> | null) => list(undefined, last), [list]),
    REFRESH_MS,
  );
  const [older, setOlder] = useState<Page<Row> | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const next = older ? older.next : (newest.data?.next ?? null);
  const known = new Set(newest.data?.rows.map(idOf));
  const load = (before: string) =>
    list(before).then(
      (page) => {
        // with those that were the newest, which new ones push from their page
        setOlder((kept) => ({ rows: [...(kept ?? newest.data ?? { rows: [] }).rows, ...page.rows], next: page.next }));
        setProblem(null);
      },
      () => setProblem('What is older could not be loaded.'),
    );
  return {
    rows: newest.data && [...newest.data.rows, ...(older?.rows.filter((row) => !known.has(idOf(row))) ?? [])],
    problem: newest.problem ?? problem,
    onMore: next ? () => void load(next) : undefined,
    reload: () => {
      setOlder(null);
      newest.reload();
    },
  };
}
