'use client';
import { useEffect, useRef, useState } from 'react';
import { OneTimeCodeSetup } from './OneTimeCodeSetup';
import { PasskeySetup } from './PasskeySetup';
import { RecoveryCodes } from './RecoveryCodes';
import styles from './account.module.css';

interface Props {
  onDone: () => void;
  onBack: () => void;
}

/** What staff without a second factor see after their password, where one is required. */
export function EnrolSecondFactor({ onDone, onBack }: Props) {
  const [codes, setCodes] = useState<string[] | null>(null);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  if (codes) return <RecoveryCodes codes={codes} onKept={onDone} />;
  return (
    <div className={styles.enrol}>
      <h1 ref={title} tabIndex={-1}>
        Protect your account
      </h1>
      <p>
        What people told this system is for few eyes. Here staff need, besides the password, something that only they
        have: an app on the phone that shows codes, or a passkey. Choose one; the other can be added later.
      </p>
      <section className={styles.panel} aria-labelledby="app-title">
        <h2 id="app-title">Authenticator app</h2>
        <OneTimeCodeSetup onDone={setCodes} />
      </section>
      <section className={styles.panel} aria-labelledby="passkey-title">
        <h2 id="passkey-title">Passkey</h2>
        <PasskeySetup onDone={setCodes} />
      </section>
      <button type="button" className={styles.quiet} onClick={onBack}>
        Back
      </button>
    </div>
  );
}
