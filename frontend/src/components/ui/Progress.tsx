'use client';
import { Label, ProgressBar } from 'react-aria-components';
import styles from './ui.module.css';

interface Props {
  label: string;
  /** From 0 to 1. */
  fraction: number;
  detail?: string;
}

export function Progress({ label, fraction, detail }: Props) {
  return (
    <ProgressBar value={100 * fraction} {...(detail === undefined ? {} : { valueLabel: detail })}>
      {({ percentage }) => (
        <>
          <div className={styles.progressLabel}>
            <Label>{label}</Label>
            <span>{detail}</span>
          </div>
          <div className={styles.track}>
            <div className={styles.fill} style={{ width: `${percentage ?? 0}%` }} />
          </div>
        </>
      )}
    </ProgressBar>
  );
}
