import type { ReactNode } from 'react';
import styles from './badge.module.css';

export type BadgeTone = 'scored' | 'needs_review' | 'not_scorable' | 'neutral';

const MARKS: Record<BadgeTone, ReactNode> = {
  scored: <path d="M3 8.5l3.2 3.2L13 4.8" />,
  needs_review: <path d="M8 3v6M8 12.2v.6" />,
  not_scorable: <path d="M4 4l8 8M12 4l-8 8" />,
  neutral: <path d="M4 8h8" />,
};

/** A state as a word with a mark of its own, so that colour is never the only sign. */
export function StatusBadge({ tone, children }: { tone: BadgeTone; children: ReactNode }) {
  return (
    <span className={styles.badge} data-tone={tone}>
      <svg
        viewBox="0 0 16 16"
        width="14"
        height="14"
        aria-hidden="true"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.4"
        strokeLinecap="round"
      >
        {MARKS[tone]}
      </svg>
      {children}
    </span>
  );
}
