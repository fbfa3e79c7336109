'use client';
import { type ReactNode, useEffect, useRef } from 'react';
import styles from './ui.module.css';

interface Props {
  title: string;
  children: ReactNode;
  /** What stands above the heading, such as what is asked of each of several things. */
  lead?: ReactNode;
}

/** One step of the way; its heading takes the focus when it appears, so that screen readers begin there. */
export function Panel({ title, children, lead }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [title]);
  return (
    <section className={styles.panel}>
      {lead}
      <h1 ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
        {title}
      </h1>
      {children}
    </section>
  );
}

export function Actions({ children }: { children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}

interface NoticeProps {
  children: ReactNode;
  tone?: 'plain' | 'warning' | 'alert';
}

/** Something to know; warnings and alerts are read out at once. */
export function Notice({ children, tone = 'plain' }: NoticeProps) {
  const tones = { plain: '', warning: styles.warning, alert: styles.alert };
  return (
    <div className={`${styles.notice ?? ''} ${tones[tone] ?? ''}`} role={tone === 'plain' ? 'note' : 'alert'}>
      {children}
    </div>
  );
}

/** Something is under way and nobody need do anything. */
export function Waiting({ children }: { children: ReactNode }) {
  return (
    <p className={styles.wait} role="status">
      <span className={styles.spinner} aria-hidden="true" />
      <span>{children}</span>
    </p>
  );
}
