import { StatusBadge } from '@/features/results/StatusBadge';
import { type Model, type Queue, ageOf, length } from './operation';
import styles from './operator.module.css';

const SLOW_S = 300;

/** The work on answers that waits, and the models that do it. */
export function WorkSection({ queue, model, now }: { queue: Queue; model: Model; now: string }) {
  return (
    <section aria-labelledby="work-title">
      <h2 id="work-title">Work on answers</h2>
      <div className={styles.cards}>
        <div className={styles.card}>
          <h3>Queue</h3>
          <dl className={styles.facts}>
            <dt>Waiting</dt>
            <dd>{queue.waiting}</dd>
            <dt>Being worked on</dt>
            <dd>{queue.running}</dd>
            <dt>Failed for good</dt>
            <dd>{queue.failed}</dd>
            <dt>Longest wait</dt>
            <dd>
              {queue.oldest_waiting_s > SLOW_S ? (
                <StatusBadge tone="needs_review">{length(queue.oldest_waiting_s)}</StatusBadge>
              ) : (
                length(queue.oldest_waiting_s)
              )}
            </dd>
          </dl>
        </div>
        <div className={styles.card}>
          <h3>Models</h3>
          <p>
            {model.is_verified === null ? (
              <StatusBadge tone="neutral">No worker has looked yet</StatusBadge>
            ) : (
              <StatusBadge tone={model.is_verified ? 'scored' : 'not_scorable'}>{model.message}</StatusBadge>
            )}
          </p>
          <dl className={styles.facts}>
            <dt>Recogniser</dt>
            <dd>{model.recogniser}</dd>
            <dt>Reliability model</dt>
            <dd>
              <code>{model.version ?? 'missing'}</code>
            </dd>
            {model.checked_at && (
              <>
                <dt>Verified</dt>
                <dd>{length(ageOf(model.checked_at, now))} ago</dd>
              </>
            )}
          </dl>
        </div>
      </div>
    </section>
  );
}
