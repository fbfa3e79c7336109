import type { SessionFilter } from './clinic';
import styles from './clinic.module.css';

interface Props {
  filter: SessionFilter;
  onChange: (filter: SessionFilter) => void;
}

const STATES: [SessionFilter['state'], string][] = [
  ['all', 'All'],
  ['flagged', 'With a flag'],
  ['needs_review', 'Needs review'],
  ['in_progress', 'In progress'],
  ['measuring', 'Being measured'],
  ['ready', 'Result ready'],
  ['withdrawn', 'Consent withdrawn'],
];

export function SessionFilters({ filter, onChange }: Props) {
  return (
    <form className={styles.filters} aria-label="Filter the sessions" onSubmit={(event) => event.preventDefault()}>
      <label>
        Participant
        <input
          type="search"
          value={filter.label}
          onChange={(event) => onChange({ ...filter, label: event.target.value })}
        />
      </label>
      <label>
        State
        <select
          value={filter.state}
          onChange={(event) => {
            const chosen = STATES.find(([state]) => state === event.target.value);
            if (chosen) onChange({ ...filter, state: chosen[0] });
          }}
        >
          {STATES.map(([state, words]) => (
            <option key={state} value={state}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={filter.hidesSimulated}
          onChange={(event) => onChange({ ...filter, hidesSimulated: event.target.checked })}
        />
        Hide simulated sessions
      </label>
    </form>
  );
}
