import type { Question, Trial } from './result';
import { type FormParameters, type FormTrial, bandOf, rows } from './formAnswers';
import { plainNumber, seconds } from './wording';
import styles from './table.module.css';

interface Props {
  question: Question;
  trials: readonly Trial[];
}

/** Every question of a form with its answer, what it added, and how long it took; then the bands of its sums. */
export function FormTrials({ question, trials }: Props) {
  const form = question.parameters as unknown as FormParameters;
  const given = trials as unknown as readonly FormTrial[];
  return (
    <>
      <table className={`${styles.table} ${styles.stacking} ${styles.answers}`} aria-label="Answers">
        <caption>Answers, in the order of the form</caption>
        <thead>
          <tr>
            <th scope="col">Question</th>
            <th scope="col">Answer</th>
            <th scope="col" className={styles.number}>
              Points
            </th>
            <th scope="col" className={styles.number}>
              First choice after
            </th>
            <th scope="col" className={styles.number}>
              Changes of mind
            </th>
          </tr>
        </thead>
        <tbody>
          {rows(form, given).map((row) => (
            <tr key={row.number} data-label={row.isFlagged ? 'intrusion' : undefined}>
              <th scope="row">
                {row.number}. {row.text}
              </th>
              <td>{row.isFlagged ? <strong>{row.answer}</strong> : row.answer}</td>
              <td data-heading="Points" className={styles.number}>
                {row.points === null ? '–' : plainNumber(row.points)}
              </td>
              <td data-heading="First choice after" className={styles.number}>
                {row.taken_ms === null ? '–' : seconds(row.taken_ms / 1000)}
              </td>
              <td data-heading="Changes of mind" className={styles.number}>
                {row.change_count}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {form.sums.map((sum) => {
        const value = question.values?.[sum.measure];
        return (
          <p key={sum.measure}>
            <strong>
              {sum.title}: {value === undefined ? 'no sum' : plainNumber(value)}
              {value !== undefined && bandOf(sum, value) && `, ${bandOf(sum, value) ?? ''}`}
            </strong>
            <br />
            {sum.source}. A band says how strong the symptoms are; this system does not diagnose.
          </p>
        );
      })}
    </>
  );
}
