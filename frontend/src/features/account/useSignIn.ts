'use client';
import { useCallback, useEffect, useState } from 'react';
import { ApiProblem } from '@/lib/api-client';
import { type Me, me } from './account';

const LOOK_EVERY_MS = 30_000;

export type SignInState = { kind: 'loading' } | { kind: 'unreachable' } | { kind: 'left' } | { kind: 'staff'; me: Me };

/** Who is signed in, looked at again and again, so that a page does not outlast its sign-in. */
export function useSignIn(onStranger: () => void, look: () => Promise<Me> = me) {
  const [state, setState] = useState<SignInState>({ kind: 'loading' });
  /** Nothing of the page stays, whether the server can be reached or not. */
  const leave = useCallback(() => {
    setState({ kind: 'left' });
    onStranger();
  }, [onStranger]);
  const check = useCallback(
    () =>
      look().then(
        (found) => {
          if (found.user.role === 'participant') leave();
          else setState((known) => (known.kind === 'left' ? known : { kind: 'staff', me: found }));
        },
        (error: unknown) => {
          if (error instanceof ApiProblem && error.status === 401) leave();
          else setState((known) => (known.kind === 'staff' || known.kind === 'left' ? known : { kind: 'unreachable' }));
        },
      ),
    [look, leave],
  );
  useEffect(() => {
    void check();
    const timer = setInterval(() => void check(), LOOK_EVERY_MS);
    const again = () => {
      if (document.visibilityState === 'visible') void check();
    };
    document.addEventListener('visibilitychange', again);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', again);
    };
  }, [check]);
  return { state, check, leave };
}
