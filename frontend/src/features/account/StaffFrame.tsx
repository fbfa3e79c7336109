'use client';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { type ReactNode, createContext, useContext, useEffect, useState } from 'react';
import { ApiProblem } from '@/lib/api-client';
import { PAGES, type User, signOut, whoIsSignedIn } from './account';
import styles from './account.module.css';

interface Props {
  children: ReactNode;
  /** Called when nobody from the staff is signed in. */
  onStranger: () => void;
}

const Signed = createContext<User | null>(null);

/** Who is signed in, on a page inside the frame. */
export function useUser(): User {
  const user = useContext(Signed);
  if (!user) throw new Error('a staff page stands inside the StaffFrame');
  return user;
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
        {user && <Ways role={user.role} />}
        {user && (
          <span className={styles.who}>
            <span>{user.display_name}</span>
            <button type="button" onClick={() => void signOut().then(onStranger)}>
              Sign out
            </button>
          </span>
        )}
      </header>
      <main id="content" tabIndex={-1} className={styles.content}>
        {problem && <p role="alert">{problem}</p>}
        {user ? <Signed value={user}>{children}</Signed> : !problem && <p role="status">Loading …</p>}
      </main>
    </div>
  );
}

/** The pages that this role has. */
function Ways({ role }: { role: User['role'] }) {
  const pathname = usePathname();
  const pages = PAGES.filter((page) => page.roles.includes(role));
  if (pages.length < 2) return null;
  return (
    <nav className={styles.ways} aria-label="Pages">
      {pages.map(({ href, title }) => (
        <Link key={href} href={href} aria-current={pathname.replace(/\/$/, '') === href ? 'page' : undefined}>
          {title}
        </Link>
      ))}
    </nav>
  );
}
