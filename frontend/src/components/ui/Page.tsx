import type { ReactNode } from 'react';
import styles from './ui.module.css';

interface FrameProps {
  children: ReactNode;
  /** What stands at the right of the top line, such as the pause button. */
  aside?: ReactNode;
}

/** The frame of every participant's page: the name at the top, one column below. */
export function Frame({ children, aside }: FrameProps) {
  return (
    <div className={styles.frame}>
      <header className={styles.header}>
        <span className={styles.mark}>
          <svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true">
            <circle cx="13" cy="13" r="11.5" fill="none" stroke="currentColor" strokeWidth="2.5" />
            <path
              d="M7 13.5c2-5 4-5 6 0s4 5 6 0"
              fill="none"
              stroke="currentColor"
              strokeWidth="2.5"
              strokeLinecap="round"
            />
          </svg>
          Cognitive assessment
        </span>
        {aside}
      </header>
      <main className={styles.main}>{children}</main>
    </div>
  );
}

interface PageProps extends FrameProps {
  title: string;
}

/** A whole page with one panel. */
export function Page({ title, children, aside }: PageProps) {
  return (
    <Frame aside={aside}>
      <section className={styles.panel}>
        <h1>{title}</h1>
        {children}
      </section>
    </Frame>
  );
}
