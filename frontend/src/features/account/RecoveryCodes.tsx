'use client';
import { useEffect, useRef } from 'react';
import styles from './account.module.css';

interface Props {
  codes: string[];
  onKept: () => void;
}

/** The codes for the day when phone or passkey is lost; they cannot be shown again. */
export function RecoveryCodes({ codes, onKept }: Props) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <section className={styles.panel} aria-labelledby="recovery-title">
      <h1 id="recovery-title" ref={title} tabIndex={-1}>
        Keep these recovery codes
      </h1>
      <p>
        If you lose your phone or passkey, each of them lets you in once. They are shown only now. Print them or keep
        them in a password manager.
      </p>
      <ul className={styles.codes}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <button type="button" className={styles.primary} onClick={onKept}>
        I have kept them
      </button>
    </section>
  );
}
