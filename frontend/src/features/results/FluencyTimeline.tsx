import type { Evidence } from './result';
import { quarters } from './fluency';
import { asWords, seconds } from './wording';
import styles from './chart.module.css';

interface Props {
  evidence: readonly Evidence[];
  onPlayFrom: (onset_s: number) => void;
}

/** The minute in quarters: everything said, in its order, with what it counted as. */
export function FluencyTimeline({ evidence, onPlayFrom }: Props) {
  const said = evidence.filter((one) => one.label !== 'ignored');
  return (
    <div role="group" aria-label="What was said, by quarter of the minute" className={styles.timeline}>
      <h3>By 15 seconds</h3>
      <ol>
        {quarters(said).map((quarter) => (
          <li key={quarter.from_s}>
            <h4>
              {quarter.from_s} to {quarter.to_s} s <span className={styles.count}>{quarter.valid} valid</span>
            </h4>
            <ul>
              {quarter.said.map((one, index) => (
                <li key={`${index} ${one.text}`}>
                  <SaidButton one={one} onPlayFrom={onPlayFrom} />
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </div>
  );
}

function SaidButton({ one, onPlayFrom }: { one: Evidence; onPlayFrom: (onset_s: number) => void }) {
  const onset_s = one.onset_s ?? 0;
  return (
    <button
      type="button"
      className={styles.said}
      data-label={one.label}
      aria-label={`${one.text}, ${asWords(one.label)}, play from ${seconds(onset_s)}`}
      onClick={() => onPlayFrom(onset_s)}
    >
      {one.text}
      {one.label !== 'valid' && <span className={styles.label}>{asWords(one.label)}</span>}
    </button>
  );
}
