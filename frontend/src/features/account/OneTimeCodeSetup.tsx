'use client';
import { type SubmitEvent, useRef, useState } from 'react';
import { QrCode } from '@/components/ui/QrCode';
import { confirmOneTimeCodes, proposeOneTimeCodes } from './account';
import { useAction } from './useAction';
import styles from './account.module.css';

interface Props {
  onDone: (recoveryCodes: string[]) => void;
  propose?: typeof proposeOneTimeCodes;
  confirm?: typeof confirmOneTimeCodes;
}

/** Give an authenticator app its secret, as a picture or as text, and confirm it with a code. */
export function OneTimeCodeSetup({ onDone, propose = proposeOneTimeCodes, confirm = confirmOneTimeCodes }: Props) {
  const [proposal, setProposal] = useState<{ secret: string; address: string } | null>(null);
  const { problem, isBusy, act } = useAction();
  const code = useRef<HTMLInputElement>(null);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const isRight = await act(async () => onDone(await confirm(code.current?.value.trim() ?? '')));
    if (!isRight) code.current?.select();
  }

  const alert = problem && (
    <p role="alert" id="app-problem" className={styles.problem}>
      {problem}
    </p>
  );
  if (!proposal)
    return (
      <div>
        {alert}
        <button
          type="button"
          className={styles.primary}
          disabled={isBusy}
          onClick={() => void act(async () => setProposal(await propose()))}
        >
          Set up an authenticator app
        </button>
      </div>
    );
  return (
    <form className={styles.setup} onSubmit={(event) => void submit(event)} noValidate>
      <ol>
        <li>
          <p>Scan this with the app, or give it the key below.</p>
          <QrCode className={styles.qr} address={proposal.address} label="QR code for the authenticator app" />
          <p>
            Key: <code>{proposal.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
          </p>
        </li>
        <li>
          <label>
            Code that the app shows now
            <input
              ref={code}
              type="text"
              inputMode="numeric"
              autoComplete="one-time-code"
              aria-invalid={problem !== null}
              aria-describedby={problem ? 'app-problem' : undefined}
            />
          </label>
          {alert}
        </li>
      </ol>
      <button type="submit" className={styles.primary} disabled={isBusy}>
        Confirm
      </button>
    </form>
  );
}
