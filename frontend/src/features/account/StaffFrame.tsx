'use client';
import Link from 'next/link';
import { type ReactNode, useEffect, useState } from 'react';
import { ApiProblem } from '@/lib/api-client';
import { type User, signOut, whoIsSignedIn } from './account';
import styles from './account.module.css';

interface Props {
  children: ReactNode;
  /** Called when nobody from the staff is signed in. */
  onStranger: () => void;
}

/** The frame of every staff page; what is inside shows only to staff who are signed in. */
export function StaffFrame({ children, onStranger }: Props) {
  const [user, setUser] = useState<User | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let isCurrent = true;
    whoIsSignedIn()
      .then((found) => {
        if (!isCurrent) return;
        if (found.role === 'participant') onStranger();
        else setUser(found);
      })
      .catch((error: unknown) => {
        if (!isCurrent) return;
        if (error instanceof ApiProblem && error.status === 401) onStranger();
        else setProblem('The server cannot be reached. Check the connection and load the page again.');
      });
    return () => {
      isCurrent = false;
    };
  }, [onStranger]);

  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#content">
        Skip to content
      </a>
      <header className={styles.bar}>
        <Link href="/clinic" className={styles.brand}>
          Cognitive Assessment System
        </Link>
        {user && (
          <span className={styles.who}>
            <Link href="/clinic/account" aria-label={`Account of ${user.display_name}`}>
              {user.display_name}
            </Link>
            <button type="button" onClick={() => void signOut().then(onStranger)}>
              Sign out
            </button>
          </span>
        )}
      </header>
      <main id="content" tabIndex={-1} className={styles.content}>
        {problem && <p role="alert">{problem}</p>}
        {user ? children : !problem && <p role="status">Loading …</p>}
      </main>
    </div>
  );
}
