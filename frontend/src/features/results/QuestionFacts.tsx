import type { ReactNode } from 'react';
import type { Question, Quality } from './result';
import { asWords, intervalWords, percent, plainNumber, skippedWords } from './wording';
import styles from './question.module.css';

/** Asked, expected, read, points, rule, and how sure: the facts of one answer. */
export function QuestionFacts({ question }: { question: Question }) {
  const values = Object.entries(question.values ?? {}).filter(([name]) => !name.endsWith('_quarter')); // drawn below, in time
  const interval = intervalWords(question.interval_90);
  const facts: [string, ReactNode][] = [
    ['Asked', question.asked],
    ['Expected', question.expected],
    ['Answer as read', question.answer],
    ...values.map(([name, value]): [string, ReactNode] => [asWords(name), plainNumber(value)]),
    ['90 % interval', interval],
    ['Rule', question.rule && <code>{question.rule}</code>],
    ['Read right, by calibration', question.probability_right !== null && percent(question.probability_right)],
    ['Sound', soundWords(question.recording?.quality ?? null)],
  ];
  return (
    <>
      {question.reason && (
        <p className={styles.reason}>
          <strong>Why:</strong> {question.reason}
        </p>
      )}
      {question.skipped && (
        <p className={styles.reason}>
          {skippedWords(question.skipped)} {question.skipped_note}
        </p>
      )}
      <dl className={styles.facts}>
        {facts
          .filter(([, value]) => value !== null && value !== '' && value !== false)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </>
  );
}

function soundWords(quality: Quality | null): string {
  if (!quality) return '';
  const parts = (quality.problems ?? []).map((problem) => asWords(problem));
  if (typeof quality.snr_db === 'number') parts.push(`${quality.snr_db.toFixed(0)} dB signal to noise`);
  if (quality.clipped_fraction) parts.push(`${(100 * quality.clipped_fraction).toFixed(1)} % clipped`);
  return parts.join(', ');
}
