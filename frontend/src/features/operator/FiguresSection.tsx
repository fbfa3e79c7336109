'use client';
import { useEffect, useState } from 'react';
import { StatusBadge } from '@/features/results/StatusBadge';
import { type Figure, type Operation, type Window, isMet, pageLoad_s, percent, seconds, written } from './operation';
import styles from './operator.module.css';

const WINDOWS: Record<Window, string> = { now: 'Now', '1': '1 day', '7': '7 days', '30': '30 days' };
const ORDER: Window[] = ['now', '1', '7', '30'];
const PAGE_TARGET_S = 3;

/** The targets of the runbook, each beside what was measured. */
export function FiguresSection({ operation }: { operation: Operation }) {
  return (
    <section aria-labelledby="figures-title">
      <h2 id="figures-title">Targets, and what was measured</h2>
      <div className={styles.cards}>
        {operation.figures.map((figure) => (
          <FigureCard key={figure.name} figure={figure}>
            {figure.name === 'availability' && <Budget left={operation.error_budget_left['30'] ?? null} />}
          </FigureCard>
        ))}
        <PageLoad />
        <div className={styles.card}>
          <h3>Accuracy of the machine</h3>
          <p>
            <StatusBadge tone="neutral">Not measured yet</StatusBadge>
          </p>
          <p className={styles.muted}>It is measured against corrections by staff; there are none.</p>
        </div>
      </div>
    </section>
  );
}

function FigureCard({ figure, children }: { figure: Figure; children?: React.ReactNode }) {
  const windows = ORDER.filter((window) => figure.windows[window]);
  return (
    <div className={styles.card}>
      <h3>{figure.title}</h3>
      <p className={styles.muted}>
        Target: {figure.is_at_least ? 'at least' : 'below'}{' '}
        {figure.unit === 's' ? seconds(figure.target) : `${Number((100 * figure.target).toFixed(2))} %`}
      </p>
      <dl className={styles.windows}>
        {windows.map((window) => (
          <div key={window}>
            <dt>{WINDOWS[window]}</dt>
            <dd>
              <Value figure={figure} window={window} />
            </dd>
          </div>
        ))}
      </dl>
      {children}
    </div>
  );
}

function Value({ figure, window }: { figure: Figure; window: Window }) {
  const measured = figure.windows[window];
  if (!measured || measured.value === null) return <StatusBadge tone="neutral">none yet</StatusBadge>;
  const is_met = isMet(figure, measured.value);
  return (
    <>
      <StatusBadge tone={is_met ? 'scored' : 'needs_review'}>
        {written(figure, measured.value)}
        <span className="visually-hidden">{is_met ? ', target met' : ', target missed'}</span>
      </StatusBadge>
      <span className={styles.count}>
        {measured.count.toLocaleString('en')} {figure.count_of}
      </span>
    </>
  );
}

function Budget({ left }: { left: number | null }) {
  if (left === null) return null;
  return (
    <p className={styles.muted}>
      {left >= 0
        ? `${percent(left)} of the time that may be lost in 30 days is left.`
        : 'All of the time that may be lost in 30 days is used up.'}
    </p>
  );
}

function PageLoad() {
  const [took_s, setTook] = useState<number | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setTook(pageLoad_s()), 0);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={styles.card}>
      <h3>Loading of this page</h3>
      <p className={styles.muted}>Target: below {PAGE_TARGET_S} s</p>
      <p>
        {took_s === null ? (
          <StatusBadge tone="neutral">none yet</StatusBadge>
        ) : (
          <StatusBadge tone={took_s < PAGE_TARGET_S ? 'scored' : 'needs_review'}>{seconds(took_s)}</StatusBadge>
        )}
      </p>
      <p className={styles.muted}>In this browser, over this line.</p>
    </div>
  );
}
