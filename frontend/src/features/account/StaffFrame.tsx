'use client';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { type ReactNode, createContext, useContext } from 'react';
import { PAGES, type User, signOut } from './account';
import { useSignIn } from './useSignIn';
import styles from './account.module.css';

const WARN_WITHIN_S = 150;

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
  const { state, check, leave } = useSignIn(onStranger);
  const rest_s = state.kind === 'staff' ? (state.me.signed_out_in_s ?? Infinity) : Infinity;
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#content">
        Skip to content
      </a>
      <header className={styles.bar}>
        <Link href="/clinic" className={styles.brand}>
          Cognitive Assessment System
        </Link>
        {state.kind === 'staff' && <Ways role={state.me.user.role} />}
        {state.kind === 'staff' && <WhoIsThere user={state.me.user} onSignedOut={leave} />}
      </header>
      {rest_s < WARN_WITHIN_S && (
        <div role="alert" className={styles.warning}>
          <span>You will be signed out in about {Math.max(1, Math.round(rest_s / 60))} min.</span>
          <button type="button" onClick={() => void check()}>
            Stay signed in
          </button>
        </div>
      )}
      <main id="content" tabIndex={-1} className={styles.content}>
        {state.kind === 'loading' && <p role="status">Loading …</p>}
        {state.kind === 'unreachable' && (
          <p role="alert">The server cannot be reached. Check the connection and load the page again.</p>
        )}
        {state.kind === 'staff' && <Signed value={state.me.user}>{children}</Signed>}
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

function WhoIsThere({ user, onSignedOut }: { user: User; onSignedOut: () => void }) {
  return (
    <span className={styles.who}>
      <Link href="/clinic/account" aria-label={`Account of ${user.display_name}`}>
        {user.display_name}
      </Link>
      <button
        type="button"
        onClick={() =>
          void signOut()
            .catch(() => undefined)
            .then(onSignedOut)
        }
      >
        Sign out
      </button>
    </span>
  );
}
