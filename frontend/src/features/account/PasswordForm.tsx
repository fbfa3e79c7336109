'use client';
import { type SubmitEvent, useRef, useState } from 'react';
import { changePassword } from './account';
import { useAction } from './useAction';
import styles from './account.module.css';

const MIN_LENGTH = 12;

interface Props {
  email: string;
  send?: typeof changePassword;
}

/** What a new password has to be, for the field that is described by `password-rule`. */
export const PasswordRule = () => (
  <p id="password-rule">
    At least {MIN_LENGTH} characters of any kind, better 15 or more: several words in a row are good. What is known from
    break-ins elsewhere is refused, and so is what holds your address or the name of this system.
  </p>
);

/** A new password: nothing counts but its length and that nobody would guess it first. */
export function PasswordForm({ email, send = changePassword }: Props) {
  const { problem, isBusy, act } = useAction();
  const [isShown, setShown] = useState(false);
  const [said, setSaid] = useState('');
  const present = useRef<HTMLInputElement>(null);
  const made = useRef<HTMLInputElement>(null);
  const type = isShown ? 'text' : 'password';

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    setSaid('');
    const fields = [present.current, made.current] as const;
    const isChanged = await act(() => send(fields[0]?.value ?? '', fields[1]?.value ?? ''));
    if (!isChanged) return;
    for (const field of fields) if (field) field.value = '';
    setSaid('Your password is changed. Every other sign-in of yours has ended.');
  }

  return (
    <form className={styles.setup} onSubmit={(event) => void submit(event)} noValidate>
      <input type="text" autoComplete="username" value={email} readOnly hidden />
      <label>
        Present password
        <input ref={present} type={type} autoComplete="current-password" />
      </label>
      <label>
        New password
        <input ref={made} type={type} autoComplete="new-password" aria-describedby="password-rule" />
      </label>
      <PasswordRule />
      <label className={styles.check}>
        <input type="checkbox" checked={isShown} onChange={(event) => setShown(event.target.checked)} />
        Show the passwords
      </label>
      {problem && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      <button type="submit" className={styles.primary} disabled={isBusy}>
        Change the password
      </button>
      <p role="status">{said}</p>
    </form>
  );
}
