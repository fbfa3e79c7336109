import { StatusBadge } from '@/features/results/StatusBadge';
import { type Backups, type Drill, type Proof, type Recovery, ageOf, length, seconds } from './operation';
import styles from './operator.module.css';

const PROOF_LASTS_S = 35 * 86_400;

/** Whether the data could be brought back, and when that was last shown. */
export function BackupsSection({ backups, hasArchive, now }: { backups: Backups; hasArchive: boolean; now: string }) {
  return (
    <section aria-labelledby="backups-title">
      <h2 id="backups-title">Backups</h2>
      <div className={styles.cards}>
        <div className={styles.card}>
          <h3>Newest backup</h3>
          <Newest backups={backups} now={now} />
          <dl className={styles.facts}>
            <dt>Kept</dt>
            <dd>{backups.count}</dd>
            <dt>Made</dt>
            <dd>{backups.interval_s ? `every ${length(backups.interval_s)}` : 'not by this system'}</dd>
            <dt>Archive of commits</dt>
            <dd>{hasArchive ? 'runs' : 'none of ours'}</dd>
          </dl>
        </div>
        <div className={styles.card}>
          <h3>Last proven restore</h3>
          <Proven proven={backups.last_proven} last={backups.last_proof} now={now} />
        </div>
        <div className={styles.card}>
          <h3>Last drill</h3>
          <Drilled drill={backups.last_drill} now={now} />
        </div>
      </div>
    </section>
  );
}

function Newest({ backups, now }: { backups: Backups; now: string }) {
  if (backups.newest_at === null) {
    return (
      <p>
        <StatusBadge tone="needs_review">None yet</StatusBadge>
      </p>
    );
  }
  const age_s = ageOf(backups.newest_at, now);
  const isOld = backups.interval_s > 0 && age_s > 2 * backups.interval_s;
  return (
    <p>
      <StatusBadge tone={isOld ? 'needs_review' : 'scored'}>{length(age_s)} old</StatusBadge>
    </p>
  );
}

function Proven({ proven, last, now }: { proven: Proof | null; last: Proof | null; now: string }) {
  const hasFailed = last !== null && !last.is_proven;
  return (
    <>
      {hasFailed && (
        <p>
          <StatusBadge tone="not_scorable">
            The last proof, {length(ageOf(last.proven_at, now))} ago, failed
          </StatusBadge>
        </p>
      )}
      {proven === null ? (
        <>
          <p>
            <StatusBadge tone="needs_review">None yet</StatusBadge>
          </p>
          <p className={styles.muted}>
            <code>cas backup --dry-run</code> restores the newest aside and compares it.
          </p>
        </>
      ) : (
        <>
          <p>
            <StatusBadge tone={ageOf(proven.proven_at, now) > PROOF_LASTS_S ? 'needs_review' : 'scored'}>
              {length(ageOf(proven.proven_at, now))} ago
            </StatusBadge>
          </p>
          <dl className={styles.facts}>
            <dt>Of the backup</dt>
            <dd>
              <code>{proven.backup}</code>
            </dd>
            <dt>Compared</dt>
            <dd>
              {proven.tables} tables, {proven.recordings} recordings
            </dd>
            <dt>Took</dt>
            <dd>{seconds(proven.duration_s)}</dd>
          </dl>
        </>
      )}
    </>
  );
}

/** A copy was destroyed and brought back: how long that took, and what was lost. */
function Drilled({ drill, now }: { drill: Drill | null; now: string }) {
  if (drill === null) {
    return (
      <>
        <p>
          <StatusBadge tone="needs_review">None yet</StatusBadge>
        </p>
        <p className={styles.muted}>
          <code>cas drill</code> destroys a copy, brings it back and takes the time.
        </p>
      </>
    );
  }
  return (
    <>
      <p>
        <StatusBadge tone={drill.is_within_targets ? 'scored' : 'needs_review'}>
          {length(ageOf(drill.drilled_at, now))} ago
        </StatusBadge>
      </p>
      <dl className={styles.facts}>
        <dt>From a backup</dt>
        <dd>{recovered(drill.from_backup)}</dd>
        {drill.from_archive && (
          <>
            <dt>From the archive</dt>
            <dd>{recovered(drill.from_archive)}</dd>
          </>
        )}
        <dt>Targets</dt>
        <dd>ready within 1 hour, at most 1 hour lost</dd>
      </dl>
    </>
  );
}

function recovered({ rto_s, rpo_s }: Recovery): string {
  const told = (value_s: number) => (value_s < 60 ? seconds(value_s) : length(value_s));
  return `ready after ${told(rto_s)}, ${rpo_s === 0 ? 'nothing' : told(rpo_s)} lost`;
}
