'use client';
import { type Account, makeRecoveryCodes, removeOneTimeCodes } from './account';
import { OneTimeCodeSetup } from './OneTimeCodeSetup';
import { Passkeys } from './Passkeys';
import { useAction } from './useAction';
import styles from './account.module.css';

interface Props {
  account: Account;
  onChanged: (recoveryCodes?: string[]) => void;
}

/** The second factors of an account, whether one is required here, and the codes for when they are lost. */
export function Factors({ account, onChanged }: Props) {
  const { problem, isBusy, act } = useAction();
  const count = account.passkeys.length + (account.has_one_time_codes ? 1 : 0);
  const isKept = account.is_second_factor_required && count === 1;
  return (
    <>
      {problem && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      <p>{requirement(account)}</p>
      <section className={styles.panel} aria-labelledby="app-title">
        <h2 id="app-title">Authenticator app</h2>
        {account.has_one_time_codes ? (
          <p className={styles.row}>
            <span>A code of your app is asked for when you sign in.</span>
            {!isKept && (
              <button
                type="button"
                className={styles.quiet}
                disabled={isBusy}
                onClick={() => void act(async () => removeOneTimeCodes().then(() => onChanged()))}
              >
                Remove the app
              </button>
            )}
          </p>
        ) : (
          <OneTimeCodeSetup onDone={onChanged} />
        )}
      </section>
      <Passkeys passkeys={account.passkeys} isKept={isKept} onChanged={onChanged} />
      {count > 0 && (
        <section className={styles.panel} aria-labelledby="codes-title">
          <h2 id="codes-title">Recovery codes</h2>
          <p className={styles.row}>
            <span>{account.recovery_code_count} are left. New ones take the place of all older ones.</span>
            <button
              type="button"
              className={styles.quiet}
              disabled={isBusy}
              onClick={() => void act(async () => onChanged(await makeRecoveryCodes()))}
            >
              Make new recovery codes
            </button>
          </p>
        </section>
      )}
    </>
  );
}

function requirement(account: Account): string {
  if (account.is_second_factor_required) return 'On this system staff need a second factor besides the password.';
  return account.has_one_time_codes || account.passkeys.length > 0
    ? 'A second factor is not required on this system; yours is asked for nevertheless.'
    : 'A second factor is not required on this system, because it lets only this computer in or its operator decided so. Your password is all that protects your account: a second factor makes it far safer.';
}
