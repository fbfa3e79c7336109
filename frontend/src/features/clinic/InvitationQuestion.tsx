'use client';
import { type ReactNode, useRef, useState } from 'react';
import styles from './clinic.module.css';

interface Props {
  title: string;
  children: ReactNode;
  yes: string;
  no: string;
  look: 'danger' | 'primary';
  act: () => Promise<void>;
  onClose: () => void;
}

/** A question before something is done with an invitation; what went wrong is told in words. */
export function InvitationQuestion({ title, children, yes, no, look, act, onClose }: Props) {
  const [problem, setProblem] = useState<string | null>(null);
  const isOpened = useRef(false);
  const open = (dialog: HTMLDialogElement | null) => {
    if (!dialog || isOpened.current) return;
    isOpened.current = true; // the browser keeps the focus inside and gives it back afterwards
    dialog.showModal();
  };
  async function confirm() {
    try {
      await act();
      onClose();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'It was not done. Try again.');
    }
  }
  return (
    <dialog ref={open} className={styles.dialog} onClose={onClose} aria-labelledby="question-title">
      <h2 id="question-title">{title}</h2>
      {children}
      {problem && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      <p className={styles.actions}>
        <button
          type="button"
          className={look === 'danger' ? styles.danger : styles.primary}
          onClick={() => void confirm()}
        >
          {yes}
        </button>
        <button type="button" className={styles.quiet} onClick={onClose}>
          {no}
        </button>
      </p>
    </dialog>
  );
}
