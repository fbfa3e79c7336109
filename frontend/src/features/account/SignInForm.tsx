'use client';
import { type SubmitEvent, useRef, useState } from 'react';
import { type SignedIn, provePasskey, signIn, wordsOf } from './account';
import { EnrolSecondFactor } from './EnrolSecondFactor';
import { NewPasswordForm } from './NewPasswordForm';
import { SecondFactorForm } from './SecondFactorForm';
import { useHasPasskeys } from './passkeys';
import styles from './account.module.css';

interface Props {
  onSignedIn: () => void;
  /** How to sign in; the page gives the real call. */
  send?: typeof signIn;
  withPasskey?: typeof provePasskey;
}

/** E-mail and password, or a passkey; then what is still to come. what is wrong is said in words and the cursor goes to it. */
export function SignInForm({ onSignedIn, send = signIn, withPasskey = provePasskey }: Props) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const [isShown, setShown] = useState(false);
  const canUsePasskeys = useHasPasskeys();
  const [waiting, setWaiting] = useState<SignedIn | null>(null);
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);

  function goOn(found: SignedIn) {
    if (found.next) setWaiting(found);
    else onSignedIn();
  }

  async function tryTo(sign: () => Promise<SignedIn>, onRefused?: () => void) {
    setProblem(null);
    setSending(true);
    try {
      goOn(await sign());
    } catch (error) {
      setProblem(wordsOf(error));
      onRefused?.();
    } finally {
      setSending(false);
    }
  }

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const missing = [email, password].find((field) => !field.current?.value.trim());
    if (missing) {
      setProblem(missing === email ? 'Enter your e-mail address.' : 'Enter your password.');
      missing.current?.focus();
      return;
    }
    await tryTo(
      () => send(email.current?.value.trim() ?? '', password.current?.value ?? ''),
      () => password.current?.select(),
    );
  }

  const back = () => setWaiting(null);
  if (waiting?.next === 'enrol') return <EnrolSecondFactor onDone={onSignedIn} onBack={back} />;
  if (waiting?.next === 'new_password') return <NewPasswordForm onChosen={goOn} onBack={back} />;
  if (waiting) return <SecondFactorForm methods={waiting.methods} onProved={goOn} onBack={back} />;
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate aria-labelledby="sign-in-title">
      <h1 id="sign-in-title">Sign in</h1>
      <p>For staff. If you were invited to take part, open the link in your invitation.</p>
      {problem && (
        <p role="alert" id="sign-in-problem" className={styles.problem}>
          {problem}
        </p>
      )}
      <label>
        E-mail address
        <input
          ref={email}
          type="email"
          autoComplete="username"
          aria-invalid={problem !== null}
          aria-describedby={problem ? 'sign-in-problem' : undefined}
        />
      </label>
      <label>
        Password
        <input
          ref={password}
          type={isShown ? 'text' : 'password'}
          autoComplete="current-password"
          aria-invalid={problem !== null}
          aria-describedby={problem ? 'sign-in-problem' : undefined}
        />
      </label>
      <label className={styles.check}>
        <input type="checkbox" checked={isShown} onChange={(event) => setShown(event.target.checked)} />
        Show the password
      </label>
      <button type="submit" disabled={isSending}>
        {isSending ? 'Signing in …' : 'Sign in'}
      </button>
      {canUsePasskeys && (
        <button
          type="button"
          className={styles.quiet}
          disabled={isSending}
          onClick={() => void tryTo(() => withPasskey())}
        >
          Use a passkey instead
        </button>
      )}
    </form>
  );
}
