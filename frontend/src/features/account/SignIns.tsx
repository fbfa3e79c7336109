'use client';
import { useCallback, useEffect, useState } from 'react';
import { type SignIn, endOtherSignIns, endSignIn, readSignIns, wordsOf } from './account';
import { useAction } from './useAction';
import styles from './account.module.css';

interface Props {
  idleMinutes: number;
  read?: typeof readSignIns;
  end?: typeof endSignIn;
  endOthers?: typeof endOtherSignIns;
}

/** Where one is signed in, and how to end what one does not know. */
export function SignIns({ idleMinutes, read = readSignIns, end = endSignIn, endOthers = endOtherSignIns }: Props) {
  const [signIns, setSignIns] = useState<SignIn[] | null>(null);
  const [unread, setUnread] = useState<string | null>(null);
  const { problem, isBusy, act } = useAction();
  const reload = useCallback(
    () =>
      read().then(setSignIns, (error: unknown) => {
        setUnread(wordsOf(error));
      }),
    [read],
  );
  useEffect(() => void reload(), [reload]);
  const others = signIns?.filter((one) => !one.is_current) ?? [];
  const said = problem ?? unread;
  return (
    <section className={styles.panel} aria-labelledby="sign-ins-title">
      <h2 id="sign-ins-title">Where you are signed in</h2>
      <p>You are signed out after {idleMinutes} minutes without any sign of you.</p>
      {said && (
        <p role="alert" className={styles.problem}>
          {said}
        </p>
      )}
      <ul className={styles.rows}>
        {signIns?.map((one) => (
          <li key={one.id} className={styles.row}>
            <span>
              <strong>{one.is_current ? `Here: ${one.browser}` : one.browser}</strong>, since {moment(one.created_at)},
              by {one.method}
              {!one.is_current && `, last used ${moment(one.used_at)}`}
            </span>
            {!one.is_current && (
              <button
                type="button"
                className={styles.quiet}
                disabled={isBusy}
                aria-label={`Sign out ${one.browser}, since ${moment(one.created_at)}`}
                onClick={() => void act(async () => end(one.id).then(reload))}
              >
                Sign out
              </button>
            )}
          </li>
        ))}
      </ul>
      {others.length > 0 && (
        <button
          type="button"
          className={styles.quiet}
          disabled={isBusy}
          onClick={() => void act(async () => endOthers().then(reload))}
        >
          Sign out everywhere else
        </button>
      )}
    </section>
  );
}

const moment = (text: string): string =>
  new Date(text).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
