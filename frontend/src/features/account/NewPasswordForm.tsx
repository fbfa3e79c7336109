'use client';
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { type SignedIn, choosePassword } from './account';
import { PasswordRule } from './PasswordForm';
import { useAction } from './useAction';
import styles from './account.module.css';

interface Props {
  onChosen: (found: SignedIn) => void;
  onBack: () => void;
  send?: typeof choosePassword;
}

/** A step of signing in: a password of one's own in place of the one that somebody made and has seen. */
export function NewPasswordForm({ onChosen, onBack, send = choosePassword }: Props) {
  const { problem, isBusy, act } = useAction();
  const [isShown, setShown] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (!(await act(async () => onChosen(await send(field.current?.value ?? ''))))) field.current?.select();
  }

  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate aria-labelledby="own-title">
      <h1 id="own-title" ref={title} tabIndex={-1}>
        Choose your own password
      </h1>
      <p>The one that you were given was for this first sign-in. From now on only you know your password.</p>
      {problem && (
        <p role="alert" id="own-problem" className={styles.problem}>
          {problem}
        </p>
      )}
      <label>
        New password
        <input
          ref={field}
          type={isShown ? 'text' : 'password'}
          autoComplete="new-password"
          aria-invalid={problem !== null}
          aria-describedby={problem ? 'own-problem password-rule' : 'password-rule'}
        />
      </label>
      <PasswordRule />
      <label className={styles.check}>
        <input type="checkbox" checked={isShown} onChange={(event) => setShown(event.target.checked)} />
        Show the password
      </label>
      <button type="submit" disabled={isBusy}>
        {isBusy ? 'Saving …' : 'Keep it and go on'}
      </button>
      <button type="button" className={styles.quiet} onClick={onBack}>
        Back
      </button>
    </form>
  );
}
