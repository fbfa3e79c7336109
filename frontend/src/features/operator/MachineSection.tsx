import { StatusBadge } from '@/features/results/StatusBadge';
import { type Machine, type Operation, ageOf, bytes, length, percent, seconds } from './operation';
import styles from './operator.module.css';

const LEAST_FREE = 0.1;
const DISKS: Record<string, string> = { data: 'Disk of the data', backups: 'Disk of the backups' };

/** What runs and what it uses, and its versions. */
export function MachineSection({ operation }: { operation: Operation }) {
  const { machine, versions, deployments, timestamp } = operation;
  return (
    <section aria-labelledby="machine-title">
      <h2 id="machine-title">Machine and versions</h2>
      <div className={styles.cards}>
        <MachineCard machine={machine} now={timestamp} />
        <div className={styles.card}>
          <h3>Versions</h3>
          <dl className={styles.facts}>
            {Object.entries(versions).map(([name, version]) => (
              <div key={name} className={styles.pair}>
                <dt>{name}</dt>
                <dd>{version ?? 'none'}</dd>
              </div>
            ))}
          </dl>
        </div>
        {deployments.length > 0 && (
          <div className={styles.card}>
            <h3>Put into service</h3>
            <dl className={styles.facts}>
              {deployments.map(({ commit, at, duration_s }) => (
                <div key={at} className={styles.pair}>
                  <dt>
                    <code>{commit.slice(0, 12)}</code>
                  </dt>
                  <dd>
                    {length(ageOf(at, timestamp))} ago, ready after {seconds(duration_s)}
                  </dd>
                </div>
              ))}
            </dl>
          </div>
        )}
      </div>
    </section>
  );
}

function MachineCard({ machine, now }: { machine: Machine; now: string }) {
  return (
    <div className={styles.card}>
      <h3>Machine</h3>
      <dl className={styles.facts}>
        {machine.running_since && (
          <>
            <dt>Running for</dt>
            <dd>{length(ageOf(machine.running_since, now))}</dd>
          </>
        )}
        {Object.entries(machine.disks).map(([name, disk]) => (
          <div key={name} className={styles.pair}>
            <dt>{DISKS[name] ?? name}</dt>
            <dd>
              {disk.free_bytes / disk.size_bytes < LEAST_FREE ? (
                <StatusBadge tone="needs_review">{percent(disk.free_bytes / disk.size_bytes)} free</StatusBadge>
              ) : (
                `${bytes(disk.free_bytes)} free, ${percent(disk.free_bytes / disk.size_bytes)}`
              )}
            </dd>
          </div>
        ))}
        {machine.processes.map(({ part, count, memory_bytes }) => (
          <div key={part} className={styles.pair}>
            <dt>
              {part}
              {count > 1 && ` (${count} processes)`}
            </dt>
            <dd>{bytes(memory_bytes)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
