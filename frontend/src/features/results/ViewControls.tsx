import type { Show, View } from './ordering';
import styles from './section.module.css';

interface Props {
  view: View;
  counts: Record<Show, number>;
  onChange: (view: View) => void;
}

const SHOWN: [Show, string][] = [
  ['all', 'All answers'],
  ['needs_review', 'Needs review'],
  ['not_scorable', 'Not scorable'],
];

/** Which answers are shown and in what order. */
export function ViewControls({ view, counts, onChange }: Props) {
  return (
    <div className={styles.controls}>
      <fieldset>
        <legend>Show</legend>
        {SHOWN.map(([show, words]) => (
          <label key={show} className={styles.choice}>
            <input type="radio" name="show" checked={view.show === show} onChange={() => onChange({ ...view, show })} />
            {words} ({counts[show]})
          </label>
        ))}
      </fieldset>
      <label className={styles.order}>
        Order
        <select
          value={view.order}
          onChange={(event) =>
            onChange({ ...view, order: event.target.value === 'as_asked' ? 'as_asked' : 'doubtful_first' })
          }
        >
          <option value="doubtful_first">Doubtful first</option>
          <option value="as_asked">As asked</option>
        </select>
      </label>
    </div>
  );
}
