'use client';
import { Button as AriaButton, type ButtonProps } from 'react-aria-components';
import styles from './ui.module.css';

interface Props extends ButtonProps {
  look?: 'primary' | 'plain' | 'quiet';
}

/** A big button; `primary` is the one thing to do next on a page. */
export function Button({ look = 'plain', ...props }: Props) {
  const looks = { primary: styles.primary, plain: '', quiet: styles.quiet };
  return <AriaButton {...props} className={`${styles.button ?? ''} ${looks[look] ?? ''}`} />;
}
