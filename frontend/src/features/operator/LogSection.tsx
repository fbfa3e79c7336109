'use client';
import { type SubmitEvent, useCallback, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { useLive } from '@/lib/useLive';
import { type LogFilter, type LoggedLine, loadLog, seconds } from './operation';
import styles from './operator.module.css';

const REFRESH_MS = 15_000;
const ALL: LogFilter = { part: '', level: 'info', route: '', status: '', slower_than_ms: '' };
const CHOICES: Record<'part' | 'level' | 'status' | 'slower_than_ms', { label: string; options: [string, string][] }> =
  {
    part: {
      label: 'Part',
      options: [
        ['', 'All'],
        ['api', 'API'],
        ['worker', 'Worker'],
        ['watcher', 'Watcher'],
      ],
    },
    level: {
      label: 'At least',
      options: [
        ['info', 'Info'],
        ['warning', 'Warning'],
        ['error', 'Error'],
      ],
    },
    status: {
      label: 'Answered with',
      options: [
        ['', 'Anything'],
        ['400', '400 and above'],
        ['500', '500 and above'],
      ],
    },
    slower_than_ms: {
      label: 'Took',
      options: [
        ['', 'Any time'],
        ['500', 'over 0.5 s'],
        ['2000', 'over 2 s'],
      ],
    },
  };

/** The end of the log, with a filter; it follows by itself. */
export function LogSection() {
  const [filter, setFilter] = useState(ALL);
  const load = useCallback(() => loadLog(filter), [filter]);
  const { data, problem } = useLive(load, REFRESH_MS);
  return (
    <section aria-labelledby="log-title">
      <h2 id="log-title">Log</h2>
      <Filter onFilter={setFilter} />
      {problem && <p className={styles.problem}>{problem}</p>}
      {data && <Lines lines={data} />}
    </section>
  );
}

function Filter({ onFilter }: { onFilter: (filter: LogFilter) => void }) {
  const [chosen, setChosen] = useState(ALL);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onFilter(chosen);
  };
  const change = (name: keyof LogFilter, value: string) => {
    const next = { ...chosen, [name]: value };
    setChosen(next);
    if (name !== 'route') onFilter(next);
  };
  return (
    <form className={styles.filter} onSubmit={submit}>
      {Object.entries(CHOICES).map(([name, { label, options }]) => (
        <label key={name}>
          {label}
          <select
            value={chosen[name as keyof LogFilter]}
            onChange={(event) => change(name as keyof LogFilter, event.target.value)}
          >
            {options.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </label>
      ))}
      <label>
        Route has
        <input
          value={chosen.route}
          onChange={(event) => change('route', event.target.value)}
          placeholder="/api/sessions"
        />
      </label>
      <Button type="submit">Show</Button>
    </form>
  );
}

function Lines({ lines }: { lines: LoggedLine[] }) {
  if (lines.length === 0) return <p className={styles.muted}>No such line at the end of the log.</p>;
  return (
    // a scrolling part has to be reachable by keyboard
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles.log} tabIndex={0} role="region" aria-label="Lines of the log, newest first">
      <ol>
        {lines.map((line, place) => (
          <li key={`${line.at} ${place}`} data-level={(line.status ?? 0) >= 500 ? 'error' : line.level}>
            <time dateTime={line.at}>{line.at.slice(11, 19)}</time>
            <span className={styles.title}>{line.part}</span>
            <code>{line.route ? `${line.method ?? ''} ${line.route}` : line.message}</code>
            <span>
              {line.status ?? line.level}
              {line.duration_ms !== undefined && `, ${seconds(line.duration_ms / 1000)}`}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
