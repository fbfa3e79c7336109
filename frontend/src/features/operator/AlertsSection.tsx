import { StatusBadge } from '@/features/results/StatusBadge';
import { type Alert, type Alerts, type Contacts, ageOf, length } from './operation';
import styles from './operator.module.css';

const STALE_S = 120;

/** What is wrong now with what to do first, what was, and whom to call. */
export function AlertsSection({ alerts, contacts, now }: { alerts: Alerts; contacts: Contacts; now: string }) {
  return (
    <section aria-labelledby="alerts-title">
      <h2 id="alerts-title">
        Alerts <Overall alerts={alerts} now={now} />
      </h2>
      {alerts.untold > 0 && (
        <p className={styles.problem}>The chat does not take messages; {alerts.untold} wait and are tried again.</p>
      )}
      {alerts.current.length > 0 && (
        <ul className={styles.alerts}>
          {alerts.current.map((alert) => (
            <Current key={`${alert.name} ${alert.summary}`} alert={alert} runbook={contacts.runbook} now={now} />
          ))}
        </ul>
      )}
      <div className={styles.cards}>
        <People contacts={contacts} />
        <div className={`${styles.card ?? ''} ${styles.wide ?? ''}`}>
          <h3>Over</h3>
          <Past past={alerts.past} now={now} />
        </div>
      </div>
    </section>
  );
}

function Overall({ alerts, now }: { alerts: Alerts; now: string }) {
  if (alerts.looked_at === null) return <StatusBadge tone="neutral">Not looked at by this system</StatusBadge>;
  const age_s = ageOf(alerts.looked_at, now);
  if (age_s > STALE_S) return <StatusBadge tone="needs_review">Last looked at {length(age_s)} ago</StatusBadge>;
  const count = alerts.current.length;
  if (count > 0) return <StatusBadge tone={toneOf(alerts.current)}>{count} now</StatusBadge>;
  return (
    <StatusBadge tone="scored">
      {alerts.pending.length > 0 ? 'None yet; something is being watched' : 'None'}
    </StatusBadge>
  );
}

function toneOf(current: Alert[]): 'not_scorable' | 'needs_review' | 'neutral' {
  const severities = current.map((alert) => alert.severity);
  if (severities.some((one) => one === 'critical' || one === 'security')) return 'not_scorable';
  return severities.includes('warning') ? 'needs_review' : 'neutral';
}

function Current({ alert, runbook, now }: { alert: Alert; runbook: string; now: string }) {
  return (
    <li className={styles.card} data-well={false}>
      <p>
        <StatusBadge tone={toneOf([alert])}>{alert.severity}</StatusBadge> <strong>{alert.summary}</strong>
      </p>
      <p>First: {alert.action}</p>
      <p className={styles.muted}>
        For {length(ageOf(alert.since, now))}, since {moment(alert.since)}. Runbook:{' '}
        {runbook.startsWith('https://') ? (
          <a href={`${runbook}#${alert.runbook}`}>{alert.runbook.replaceAll('-', ' ')}</a>
        ) : (
          <code>
            {runbook}#{alert.runbook}
          </code>
        )}
      </p>
    </li>
  );
}

function Past({ past, now }: { past: Alert[]; now: string }) {
  if (past.length === 0) return <p className={styles.muted}>None in the last month.</p>;
  return (
    <ul className={styles.errors}>
      {past.slice(0, 8).map((alert) => (
        <li key={`${alert.name} ${alert.since} ${alert.summary}`}>
          <span className={styles.muted}>
            {alert.severity}, over {length(ageOf(alert.ended_at ?? now, now))} ago, lasted{' '}
            {length(ageOf(alert.since, alert.ended_at ?? now))}
          </span>
          {alert.summary}
        </li>
      ))}
    </ul>
  );
}

function People({ contacts }: { contacts: Contacts }) {
  const rows = [
    ...(contacts.on_call ? [{ role: 'On call', how: contacts.on_call }] : []),
    ...contacts.emergency,
    ...contacts.roles,
  ];
  return (
    <div className={styles.card}>
      <h3>Whom to call</h3>
      {rows.length === 0 ? (
        <p>
          <StatusBadge tone="needs_review">Nobody is named</StatusBadge>{' '}
          <span className={styles.muted}>
            Set <code>CAS_ON_CALL</code>, <code>CAS_EMERGENCY_CONTACTS</code> and <code>CAS_CONTACTS</code>.
          </span>
        </p>
      ) : (
        <dl className={styles.people}>
          {rows.map(({ role, how }) => (
            <div key={role}>
              <dt>{role}</dt>
              <dd>{how.startsWith('https://') ? <a href={how}>{how}</a> : how}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

function moment(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`;
}
