'use client';
import { useId, useState } from 'react';
import { inForce, useCorrections, valuesOf } from './corrections';
import type { Override, Question } from './result';
import { asWords, moment, plainNumber } from './wording';
import styles from './question.module.css';

/** Scores by hand beside the machine's: who, when and why, and a form for whoever may give one. */
export function ScoreByHand({ question }: { question: Question }) {
  const corrections = useCorrections();
  const [isOpen, setOpen] = useState(false);
  const history = question.overrides ?? [];
  const canScore = corrections !== null && question.skipped !== 'stop_rule' && !question.is_practice;
  if (history.length === 0 && !canScore) return null;
  return (
    <div className={styles.byHand}>
      {history.length > 0 && <History history={history} question={question} />}
      {canScore &&
        (isOpen ? (
          <Form question={question} send={corrections.send} onClose={() => setOpen(false)} />
        ) : (
          <button type="button" className={styles.quiet} onClick={() => setOpen(true)}>
            Score by hand
          </button>
        ))}
    </div>
  );
}

function History({ history, question }: { history: readonly Override[]; question: Question }) {
  const machine = question.values ?? {};
  return (
    <>
      <h3>Scored by hand</h3>
      <ol className={styles.history}>
        {history.map((one) => (
          <li key={one.created_at} aria-current={one === inForce(question) ? 'true' : undefined}>
            {one.values ? (
              Object.entries(one.values).map(([name, value]) => (
                <strong key={name}>
                  {asWords(name)} {plainNumber(value)}{' '}
                  <span className={styles.method}>
                    (machine: {machine[name] === undefined ? 'none' : plainNumber(machine[name])})
                  </span>{' '}
                </strong>
              ))
            ) : (
              <strong>Taken back: the machine’s score counts. </strong>
            )}
            {one.reason !== null && `“${one.reason}” `}
            <span className={styles.method}>{`${one.made_by ?? 'Staff'}, ${moment(one.created_at)}`}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

interface FormProps {
  question: Question;
  send: (questionId: string, override: { values: Record<string, number> | null; reason: string }) => Promise<void>;
  onClose: () => void;
}

function Form({ question, send, onClose }: FormProps) {
  const id = useId();
  const before = valuesOf(question);
  const [texts, setTexts] = useState(() => mapped(before, plainNumber));
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<string | null>(null);

  async function save(values: Record<string, number> | null) {
    setProblem(null);
    try {
      await send(question.question_id, { values, reason: reason.trim() });
      onClose();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'It was not kept. Try again.');
    }
  }

  function submit() {
    const values = mapped(texts, (text) => Number(text.replace(',', '.')));
    const changed = Object.entries(values).filter(([name, value]) => value !== before[name]);
    if (Object.values(texts).some((text) => text.trim() === '') || Object.values(values).some(Number.isNaN))
      setProblem('Enter a number for every score.');
    else if (changed.length === 0) setProblem('Nothing was changed yet.');
    else if (reason.trim() === '') setProblem('Say why, in a few words.');
    else void save({ ...inForce(question)?.values, ...Object.fromEntries(changed) });
  }

  return (
    <form
      className={styles.form}
      aria-label="Score by hand"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {Object.entries(texts).map(([name, text]) => (
        <label key={name}>
          <span>{asWords(name)}</span>
          <input
            inputMode="decimal"
            value={text}
            onChange={(event) => setTexts({ ...texts, [name]: event.target.value })}
          />
        </label>
      ))}
      <label className={styles.why}>
        <span>Why</span>
        <textarea
          id={id}
          maxLength={1000}
          rows={2}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      {problem && <p role="alert">{problem}</p>}
      <p className={styles.formActions}>
        <button type="submit">Keep this score</button>
        {inForce(question) && (
          <button
            type="button"
            className={styles.quiet}
            onClick={() => (reason.trim() === '' ? setProblem('Say why, in a few words.') : void save(null))}
          >
            Take mine back
          </button>
        )}
        <button type="button" className={styles.quiet} onClick={onClose}>
          Leave it
        </button>
      </p>
      <p className={styles.method}>The machine’s score is kept beside yours; nothing is overwritten.</p>
    </form>
  );
}

function mapped<A, B>(record: Record<string, A>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
