'use client';
import { useCallback, useEffect, useState } from 'react';
import { type Account, readAccount, wordsOf } from './account';
import { Factors } from './Factors';
import { PasswordForm } from './PasswordForm';
import { RecoveryCodes } from './RecoveryCodes';
import { SignIns } from './SignIns';
import styles from './account.module.css';

interface Props {
  read?: typeof readAccount;
}

/** How one's own account is protected, and how to change that. */
export function AccountPage({ read = readAccount }: Props) {
  const [account, setAccount] = useState<Account | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [codes, setCodes] = useState<string[]>([]);
  const reload = useCallback(() => {
    read().then(setAccount, (error: unknown) => setProblem(wordsOf(error)));
  }, [read]);
  useEffect(reload, [reload]);

  if (problem) return <p role="alert">{problem}</p>;
  if (!account) return <p role="status">Loading …</p>;
  const changed = (made: string[] = []) => {
    setCodes(made);
    reload();
  };
  if (codes.length > 0) return <RecoveryCodes codes={codes} onKept={() => setCodes([])} />;
  return (
    <div className={styles.account}>
      <h1>Account</h1>
      <Factors account={account} onChanged={changed} />
      {account.has_password && (
        <section className={styles.panel} aria-labelledby="password-title">
          <h2 id="password-title">Password</h2>
          <PasswordForm email={account.user.email ?? ''} />
        </section>
      )}
      <SignIns idleMinutes={account.idle_minutes} />
    </div>
  );
}
