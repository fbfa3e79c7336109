import type { InstrumentResult, Measure } from './result';
import { StatusBadge } from './StatusBadge';
import { STATUS_WORDS, intervalWords, plainNumber } from './wording';
import styles from './table.module.css';

/** All raw scores at a glance: value, unit, 90 % interval and state of every measure. */
export function Profile({ instruments }: { instruments: readonly InstrumentResult[] }) {
  const measured = instruments.filter((instrument) => instrument.measures.length > 0);
  return (
    <section aria-labelledby="profile-title" className={styles.section}>
      <h2 id="profile-title">Raw scores</h2>
      <p className={styles.lead}>
        A profile of measures, not a total. The interval says how far a score may be off because what was counted was
        misheard; what was not heard at all is not in it.
      </p>
      {measured.length === 0 ? (
        <p>No measures yet. They come when the session is complete and every answer has been measured.</p>
      ) : (
        <table className={`${styles.table} ${styles.stacking}`} aria-label="Raw scores by instrument">
          <thead>
            <tr>
              <th scope="col">Measure</th>
              <th scope="col" className={styles.number}>
                Raw score
              </th>
              <th scope="col">Unit</th>
              <th scope="col">90 % interval</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          {measured.map((instrument) => (
            <tbody key={instrument.instrument}>
              <tr className={styles.group}>
                <th scope="rowgroup" colSpan={5}>
                  <a href={`#${instrument.instrument}`}>{instrument.title}</a>
                </th>
              </tr>
              {instrument.measures.map((measure, index) => (
                <MeasureRow
                  key={measure.name}
                  measure={measure}
                  isReasonTold={measure.reason === instrument.measures[index - 1]?.reason}
                />
              ))}
            </tbody>
          ))}
        </table>
      )}
    </section>
  );
}

function MeasureRow({ measure, isReasonTold }: { measure: Measure; isReasonTold: boolean }) {
  const interval = intervalWords(measure.interval_90);
  return (
    <tr>
      <th scope="row">
        {measure.title}
        {measure.band && <span className={styles.band}>{measure.band}</span>}
      </th>
      <td className={`${styles.number} ${styles.value}`}>
        {measure.value === null ? <span aria-label="no value">–</span> : plainNumber(measure.value)}
        {measure.machine_value !== undefined && (
          <span className={styles.machine}>
            by hand; machine: {measure.machine_value === null ? 'none' : plainNumber(measure.machine_value)}
          </span>
        )}
      </td>
      <td>{measure.unit}</td>
      <td data-heading="90 % interval">{interval || <span className={styles.absent}>none</span>}</td>
      <td>
        <StatusBadge tone={measure.status}>{STATUS_WORDS[measure.status]}</StatusBadge>
        {measure.reason && <span className={styles.reason}>{isReasonTold ? 'As above.' : measure.reason}</span>}
      </td>
    </tr>
  );
}
