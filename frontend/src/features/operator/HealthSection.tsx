import { StatusBadge } from '@/features/results/StatusBadge';
import type { Check, Health } from './operation';
import styles from './operator.module.css';

const TITLES: Record<string, string> = {
  database: 'Database',
  ml_models: 'Models',
  disk_space: 'Disk space',
  queue: 'Queue',
  storage: 'Recordings',
  replica: 'Database of the reports',
  mirror: 'Second store of recordings',
  backups: 'Backups',
  archive: 'Archive of the database',
  cache: 'Cache',
  maintenance: 'Maintenance',
};
const OVERALL: Record<string, { tone: 'scored' | 'needs_review' | 'not_scorable'; words: string }> = {
  healthy: { tone: 'scored', words: 'Everything works' },
  degraded: { tone: 'needs_review', words: 'It serves, but something needs a look' },
  unhealthy: { tone: 'not_scorable', words: 'A needed part fails' },
};

/** What is needed comes first; what is new here comes last. */
function inOrder(checks: Health['checks']): [string, Check][] {
  const names = [...Object.keys(TITLES).filter((name) => name in checks), ...Object.keys(checks)];
  return [...new Set(names)].flatMap((name) => (checks[name] ? [[name, checks[name]]] : []));
}

/** Every check with its words. */
export function HealthSection({ health }: { health: Health }) {
  const overall = OVERALL[health.status] ?? { tone: 'not_scorable' as const, words: health.status };
  return (
    <section aria-labelledby="health-title">
      <h2 id="health-title">
        Health <StatusBadge tone={overall.tone}>{overall.words}</StatusBadge>
      </h2>
      <ul className={styles.checks}>
        {inOrder(health.checks).map(([name, check]) => {
          const isWell = check.status === 'healthy';
          return (
            <li key={name} className={styles.card} data-well={isWell}>
              <span className={styles.title}>{TITLES[name] ?? name}</span>
              <StatusBadge tone={isWell ? 'scored' : 'not_scorable'}>{check.message}</StatusBadge>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
