'use client';
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { proveCode, wordsOf } from './account';
import styles from './account.module.css';

interface Props {
  onProved: () => void;
  onBack: () => void;
  send?: typeof proveCode;
}

/** The second step of signing in: a code to type or paste. */
export function SecondFactorForm({ onProved, onBack, send = proveCode }: Props) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const code = useRef<HTMLInputElement>(null);
  useEffect(() => code.current?.focus(), []);

  async function tryTo(prove: () => Promise<unknown>) {
    setProblem(null);
    setSending(true);
    try {
      await prove();
      onProved();
    } catch (error) {
      setProblem(wordsOf(error));
      code.current?.select();
    } finally {
      setSending(false);
    }
  }

  function submit(event: SubmitEvent) {
    event.preventDefault();
    const typed = code.current?.value.trim() ?? '';
    if (typed) void tryTo(() => send(typed));
    else {
      setProblem('Enter a code.');
      code.current?.focus();
    }
  }

  return (
    <form className={styles.form} onSubmit={submit} noValidate aria-labelledby="second-factor-title">
      <h1 id="second-factor-title">One more step</h1>
      <p>Enter the six digits that your authenticator app shows now, or one of your recovery codes.</p>
      {problem && (
        <p role="alert" id="second-factor-problem" className={styles.problem}>
          {problem}
        </p>
      )}
      <label>
        Code
        <input
          ref={code}
          type="text"
          autoComplete="one-time-code"
          autoCapitalize="characters"
          spellCheck={false}
          aria-invalid={problem !== null}
          aria-describedby={problem ? 'second-factor-problem' : undefined}
        />
      </label>
      <button type="submit" disabled={isSending}>
        {isSending ? 'Checking …' : 'Go on'}
      </button>
      <button type="button" className={styles.quiet} onClick={onBack}>
        Back
      </button>
    </form>
  );
}
