'use client';
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { type Method, type SignedIn, proveCode, provePasskey, wordsOf } from './account';
import styles from './account.module.css';

interface Props {
  methods: Method[];
  onProved: (found: SignedIn) => void;
  onBack: () => void;
  send?: typeof proveCode;
  withPasskey?: typeof provePasskey;
}

const WITH_APP = 'Enter the six digits that your authenticator app shows now, or one of your recovery codes.';
const WITHOUT_APP = 'Use your passkey, or enter one of your recovery codes.';

/** The second step of signing in: a code to type or paste, or a passkey. */
export function SecondFactorForm({ methods, onProved, onBack, send = proveCode, withPasskey = provePasskey }: Props) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const code = useRef<HTMLInputElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const takesCodes = methods.includes('one_time_code');
  useEffect(() => (takesCodes ? code : title).current?.focus(), [takesCodes]);

  async function tryTo(prove: () => Promise<SignedIn>) {
    setProblem(null);
    setSending(true);
    try {
      onProved(await prove());
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
      <h1 id="second-factor-title" ref={title} tabIndex={-1}>
        One more step
      </h1>
      <p>{takesCodes ? WITH_APP : WITHOUT_APP}</p>
      {problem && (
        <p role="alert" id="second-factor-problem" className={styles.problem}>
          {problem}
        </p>
      )}
      {methods.includes('passkey') && (
        <button type="button" disabled={isSending} onClick={() => void tryTo(() => withPasskey())}>
          Use my passkey
        </button>
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
      <button type="submit" disabled={isSending} className={methods.includes('passkey') ? styles.quiet : undefined}>
        {isSending ? 'Checking …' : 'Go on'}
      </button>
      <button type="button" className={styles.quiet} onClick={onBack}>
        Back
      </button>
    </form>
  );
}
