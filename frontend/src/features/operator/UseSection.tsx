import type { Day, Operation } from './operation';
import styles from './operator.module.css';

const WIDTH = 620;
const HEIGHT = 120;
const STEP = 20;

/** How many took part and completed, day by day; simulated participants are nobody. */
export function UseSection({ use }: { use: Operation['use'] }) {
  const completed = use.days.reduce((sum, day) => sum + day.completed, 0);
  return (
    <section aria-labelledby="use-title">
      <h2 id="use-title">Use</h2>
      <div className={styles.cards}>
        <div className={styles.card}>
          <h3>Active participants</h3>
          <dl className={styles.facts}>
            <dt>Within a day</dt>
            <dd>{use.active.day}</dd>
            <dt>Within 30 days</dt>
            <dd>{use.active.month}</dd>
          </dl>
        </div>
        <div className={`${styles.card ?? ''} ${styles.wide ?? ''}`}>
          <h3>Completed assessments: {completed} in 30 days</h3>
          <Bars days={use.days} />
          <details>
            <summary>As a table</summary>
            <DaysTable days={use.days} />
          </details>
        </div>
      </div>
    </section>
  );
}

function Bars({ days }: { days: Day[] }) {
  const most = Math.max(1, ...days.map((day) => day.completed));
  const first = days[0]?.day;
  const last = days.at(-1)?.day;
  return (
    <>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        className={styles.bars}
        role="img"
        aria-label={`Completed assessments of each day from ${first ?? ''} to ${last ?? ''}; at most ${most} a day`}
      >
        {days.map((day, place) => {
          const height = (day.completed / most) * (HEIGHT - 10);
          return (
            <rect
              key={day.day}
              x={place * STEP + 3}
              y={HEIGHT - 4 - height}
              width={STEP - 6}
              height={Math.max(height, 2)}
              rx="2"
              data-empty={day.completed === 0}
            />
          );
        })}
      </svg>
      <p className={styles.ends}>
        <span>{first}</span>
        <span>{last}</span>
      </p>
    </>
  );
}

function DaysTable({ days }: { days: Day[] }) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">Day (UTC)</th>
          <th scope="col">Active</th>
          <th scope="col">Begun</th>
          <th scope="col">Completed</th>
        </tr>
      </thead>
      <tbody>
        {[...days].reverse().map((day) => (
          <tr key={day.day}>
            <th scope="row">{day.day}</th>
            <td>{day.active}</td>
            <td>{day.started}</td>
            <td>{day.completed}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
