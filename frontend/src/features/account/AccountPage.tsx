'use client';
import { useEffect, useState } from 'react';
import { type User, whoIsSignedIn, wordsOf } from './account';
import { PasswordForm } from './PasswordForm';
import styles from './account.module.css';

interface Props {
  read?: typeof whoIsSignedIn;
}

/** One's own account, and how to change what protects it. */
export function AccountPage({ read = whoIsSignedIn }: Props) {
  const [user, setUser] = useState<User | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    read().then(setUser, (error: unknown) => setProblem(wordsOf(error)));
  }, [read]);

  if (problem) return <p role="alert">{problem}</p>;
  if (!user) return <p role="status">Loading …</p>;
  return (
    <div className={styles.account}>
      <h1>Account</h1>
      <section className={styles.panel} aria-labelledby="password-title">
        <h2 id="password-title">Password</h2>
        <PasswordForm email={user.email ?? ''} />
      </section>
    </div>
  );
}
