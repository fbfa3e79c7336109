import type { Result, SessionFacts, ValidityFact } from './result';
import { asWords } from './wording';
import styles from './section.module.css';

/** What could have disturbed the session, as facts. */
export function Validity({ facts }: { facts: readonly ValidityFact[] }) {
  return (
    <section aria-labelledby="validity-title" className={styles.section}>
      <h2 id="validity-title">What could have disturbed the result</h2>
      {facts.length === 0 ? (
        <p>Nothing was noticed: no interruption, no problem with the sound.</p>
      ) : (
        <ul className={styles.facts}>
          {facts.map((fact) => (
            <li key={`${fact.code} ${fact.detail}`} data-severity={fact.severity}>
              <strong>{fact.title}</strong>
              <span>{fact.detail}</span>
              <span className={styles.severity}>{asWords(fact.severity)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Device, satisfaction and the versions that made the result. */
export function Provenance({ result }: { result: Result }) {
  const rows = [
    ...sessionRows(result.session),
    ...flat(result.session.device ?? {}, 'Device'),
    ...flat(result.versions, ''),
  ];
  return (
    <section aria-labelledby="provenance-title" className={styles.section}>
      <h2 id="provenance-title">How it was made</h2>
      <dl className={styles.versions}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function sessionRows(session: SessionFacts): [string, string][] {
  const rated: [string, string][] = session.satisfaction ? [['Satisfaction', `${session.satisfaction} of 5`]] : [];
  return [...rated, ['Session', session.id], ['Language', session.locale]];
}

/** Nested facts as rows; the names of the levels are joined. */
function flat(facts: Record<string, unknown>, above: string): [string, string][] {
  return Object.entries(facts).flatMap(([name, value]): [string, string][] => {
    const title = asWords(above ? `${above.toLowerCase()}: ${name}` : name);
    if (value === null || value === '') return [];
    if (typeof value === 'object' && !Array.isArray(value)) return flat(value as Record<string, unknown>, title);
    return [[title, Array.isArray(value) ? value.join(', ') : JSON.stringify(value).replace(/^"|"$/g, '')]];
  });
}
