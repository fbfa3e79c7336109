'use client';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { type ReactNode, createContext, useContext } from 'react';
import { PAGES, ROLE_WORDS, type User, signOut } from './account';
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
        {state.kind === 'staff' && (
          <Signed value={state.me.user}>
            <ForItsRoles role={state.me.user.role}>{children}</ForItsRoles>
          </Signed>
        )}
      </main>
    </div>
  );
}

const LIST = new Intl.ListFormat('en-GB');
const isOf = (page: (typeof PAGES)[number], role: User['role']): boolean => page.roles.some((one) => one === role);
const pathOf = (pathname: string): string => pathname.replace(/\/$/, '');

/** A page that is another role's says whose it is, and shows no form that could not be sent. */
function ForItsRoles({ role, children }: { role: User['role']; children: ReactNode }) {
  const pathname = usePathname();
  const page = PAGES.find(({ href }) => href === pathOf(pathname));
  if (!page || role === 'participant' || isOf(page, role)) return children;
  const others = LIST.format(page.roles.map((other) => `${ROLE_WORDS[other].name.toLowerCase()}s`));
  const own = PAGES.find((one) => isOf(one, role));
  return (
    <section aria-labelledby="not-yours">
      <h1 id="not-yours">{page.title}</h1>
      <p role="alert">
        This page is for {others}. Your account is that of{' '}
        {role === 'administrator' || role === 'operator' ? 'an' : 'a'} {ROLE_WORDS[role].name.toLowerCase()}; an
        administrator of your organisation can change its role.
      </p>
      {own && (
        <p>
          <Link href={own.href}>Go to {own.title}</Link>
        </p>
      )}
    </section>
  );
}

/** The pages that this role has. */
function Ways({ role }: { role: User['role'] }) {
  const pathname = usePathname();
  const pages = PAGES.filter((page) => isOf(page, role));
  if (pages.length < 2) return null;
  return (
    <nav className={styles.ways} aria-label="Pages">
      {pages.map(({ href, title }) => (
        <Link key={href} href={href} aria-current={pathOf(pathname) === href ? 'page' : undefined}>
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
