import { QuestionCard } from './QuestionCard';
import { StatusBadge } from './StatusBadge';
import { type View, shownQuestions } from './ordering';
import type { InstrumentResult } from './result';
import { STATUS_WORDS, valueWords } from './wording';
import styles from './section.module.css';

interface Props {
  instrument: InstrumentResult;
  view: View;
}

/** One instrument: its measures in a line, then its answers. */
export function InstrumentSection({ instrument, view }: Props) {
  const shown = shownQuestions(instrument.questions, view);
  if (shown.length === 0 && view.show !== 'all') return null;
  return (
    <section id={instrument.instrument} aria-labelledby={`${instrument.instrument}-title`} className={styles.section}>
      <header className={styles.heading}>
        <h2 id={`${instrument.instrument}-title`}>{instrument.title}</h2>
        <StatusBadge tone={instrument.status ?? 'neutral'}>
          {instrument.status ? STATUS_WORDS[instrument.status] : 'No score yet'}
        </StatusBadge>
      </header>
      {instrument.reason && <p className={styles.reason}>{instrument.reason}</p>}
      {instrument.measures.length > 0 && (
        <ul className={styles.measures}>
          {instrument.measures.map((measure) => (
            <li key={measure.name}>
              <span>{measure.title}</span> <strong>{valueWords(measure)}</strong>
              {measure.band && <span>, {measure.band}</span>}
            </li>
          ))}
        </ul>
      )}
      {shown.length === 0 ? (
        <p>No answers yet.</p>
      ) : (
        shown.map((question) => (
          <QuestionCard key={question.question_id} instrument={instrument.instrument} question={question} />
        ))
      )}
      <p className={styles.provenance}>
        {[
          instrument.rule && `Rule ${instrument.rule}`,
          `instrument version ${instrument.version}`,
          instrument.form && `form ${instrument.form}`,
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
    </section>
  );
}
