'use client';
import { type Passkey, removePasskey } from './account';
import { PasskeySetup } from './PasskeySetup';
import { useAction } from './useAction';
import styles from './account.module.css';

interface Props {
  passkeys: Passkey[];
  /** Whether the only one stays, because a second factor is required. */
  isKept: boolean;
  onChanged: (recoveryCodes?: string[]) => void;
}

/** The passkeys of an account. */
export function Passkeys({ passkeys, isKept, onChanged }: Props) {
  const { problem, isBusy, act } = useAction();
  return (
    <section className={styles.panel} aria-labelledby="passkey-title">
      <h2 id="passkey-title">Passkeys</h2>
      {problem && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      {passkeys.length > 0 && (
        <ul className={styles.rows}>
          {passkeys.map((passkey) => (
            <li key={passkey.id} className={styles.row}>
              <span>
                <strong>{passkey.name}</strong>, {usedWords(passkey)}
              </span>
              {!isKept && (
                <button
                  type="button"
                  className={styles.quiet}
                  disabled={isBusy}
                  aria-label={`Remove the passkey ${passkey.name}`}
                  onClick={() => void act(async () => removePasskey(passkey.id).then(() => onChanged()))}
                >
                  Remove
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      <PasskeySetup onDone={onChanged} />
    </section>
  );
}

const date = (text: string) => new Date(text).toLocaleDateString(undefined, { dateStyle: 'medium' });

function usedWords(passkey: Passkey): string {
  return passkey.used_at ? `last used ${date(passkey.used_at)}` : `added ${date(passkey.created_at)}`;
}
