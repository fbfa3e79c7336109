'use client';
import { useEffect, useState } from 'react';
import clinic from '@/features/clinic/clinic.module.css';
import { moment } from '@/features/clinic/wording';
import { type LogEntry, type LogFilter, listLog, whatWasDone, who } from './organisation';
import styles from './organisation.module.css';

const OPERATIONS: [string, string][] = [
  ['', 'Everything'],
  ['READ', 'Seen'],
  ['INSERT', 'Added'],
  ['UPDATE', 'Changed'],
  ['DELETE', 'Removed'],
];
const OF: [string, string][] = [
  ['', 'Anything'],
  ['results', 'Results'],
  ['sessions', 'Sessions'],
  ['recordings', 'Recordings'],
  ['questions', 'Answers'],
  ['scores', 'Scores'],
  ['overrides', 'Corrections'],
  ['consents', 'Consent'],
  ['second_factors', 'Authenticator apps'],
  ['users', 'People'],
  ['invitations', 'Invitations'],
  ['organisations', 'The organisation'],
];
const NO_FILTER: LogFilter = { operation: '', table_name: '', since: '', until: '' };

interface Props {
  load?: typeof listLog;
}

/** Who did what, newest first. */
export function AuditLog({ load = listLog }: Props) {
  const [filter, setFilter] = useState(NO_FILTER);
  const [entries, setEntries] = useState<LogEntry[] | null>(null);
  const [next, setNext] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    let isCurrent = true;
    load(filter).then(
      (page) => {
        if (!isCurrent) return;
        setEntries(page.entries);
        setNext(page.next);
        setProblem(null);
      },
      (error: unknown) => {
        if (isCurrent) setProblem(error instanceof Error ? error.message : 'The log could not be loaded.');
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [filter, load]);

  function more(before: number) {
    load(filter, before).then(
      (page) => {
        setEntries((known) => [...(known ?? []), ...page.entries]);
        setNext(page.next);
      },
      () => setProblem('Older entries could not be loaded. Try again.'),
    );
  }

  return (
    <section aria-labelledby="audit-title">
      <h1 id="audit-title">Audit log</h1>
      <p>
        Everything that people and the system did with personal data, newest first. It tells who and what, never what
        was said. Nobody can change it here; <code>cas audit verify</code> on the server proves that nobody did
        elsewhere.
      </p>
      <LogFilters filter={filter} onChange={setFilter} />
      {problem && (
        <p role="alert" className={clinic.problem}>
          {problem}
        </p>
      )}
      {entries ? <Entries entries={entries} /> : !problem && <p role="status">Loading …</p>}
      {next !== null && (
        <button type="button" className={clinic.quiet} onClick={() => more(next)}>
          Show older entries
        </button>
      )}
    </section>
  );
}

function LogFilters({ filter, onChange }: { filter: LogFilter; onChange: (filter: LogFilter) => void }) {
  return (
    <form className={clinic.filters} aria-label="Filter the log" onSubmit={(event) => event.preventDefault()}>
      <Choice title="What was done" choices={OPERATIONS} onChange={(operation) => onChange({ ...filter, operation })} />
      <Choice title="With" choices={OF} onChange={(table_name) => onChange({ ...filter, table_name })} />
      <label className={styles.day}>
        From
        <input
          type="date"
          value={filter.since}
          onChange={(event) => onChange({ ...filter, since: event.target.value })}
        />
      </label>
      <label className={styles.day}>
        To
        <input
          type="date"
          value={filter.until}
          onChange={(event) => onChange({ ...filter, until: event.target.value })}
        />
      </label>
    </form>
  );
}

interface ChoiceProps {
  title: string;
  choices: [string, string][];
  onChange: (value: string) => void;
}

function Choice({ title, choices, onChange }: ChoiceProps) {
  return (
    <label>
      {title}
      <select onChange={(event) => onChange(event.target.value)}>
        {choices.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

function Entries({ entries }: { entries: readonly LogEntry[] }) {
  if (entries.length === 0) return <p className={clinic.empty}>Nothing like this is in the log.</p>;
  return (
    <table className={`${clinic.table} ${styles.log}`} aria-label="Audit log">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Who</th>
          <th scope="col">What</th>
          <th scope="col">Values</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.id}>
            <td data-heading="When">
              <time dateTime={entry.timestamp}>{moment(entry.timestamp)}</time>
            </td>
            <th scope="row">{who(entry)}</th>
            <td>{whatWasDone(entry)}</td>
            <td>
              <Values entry={entry} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Values({ entry }: { entry: LogEntry }) {
  return (
    <details className={styles.values}>
      <summary>Show</summary>
      {entry.old_values && <pre>before: {JSON.stringify(entry.old_values, null, 1)}</pre>}
      {entry.new_values && <pre>{JSON.stringify(entry.new_values, null, 1)}</pre>}
    </details>
  );
}
