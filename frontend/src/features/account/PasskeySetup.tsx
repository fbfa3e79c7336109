'use client';
import { type SubmitEvent, useState } from 'react';
import { addPasskey } from './account';
import { useHasPasskeys } from './passkeys';
import { useAction } from './useAction';
import styles from './account.module.css';

interface Props {
  onDone: (recoveryCodes: string[]) => void;
  add?: typeof addPasskey;
}

/** Add a passkey of this device, or of a security key. */
export function PasskeySetup({ onDone, add = addPasskey }: Props) {
  const canUsePasskeys = useHasPasskeys();
  const [name, setName] = useState('This device');
  const { problem, isBusy, act } = useAction();
  if (!canUsePasskeys) return <p>This browser knows no passkeys.</p>;

  function submit(event: SubmitEvent) {
    event.preventDefault();
    void act(async () => onDone(await add(name.trim() || 'Passkey')));
  }

  return (
    <form className={styles.setup} onSubmit={submit} noValidate>
      <label>
        Name of the passkey
        <input type="text" value={name} maxLength={60} onChange={(event) => setName(event.target.value)} />
      </label>
      {problem && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      <button type="submit" className={styles.primary} disabled={isBusy}>
        Add a passkey
      </button>
    </form>
  );
}
