'use client';
import { useState } from 'react';
import { CheckboxButton, CheckboxField } from 'react-aria-components';
import { Button } from '@/components/ui/Button';
import { Actions, Notice, Panel, Waiting } from '@/components/ui/Panel';
import styles from './session.module.css';

interface Props {
  onConsent: () => Promise<void>;
  onDecline: () => void;
}

/** The text of version 2026-11; a change of the text is a new version in session-api.ts. */
export function Consent({ onConsent, onDecline }: Props) {
  const [isAgreed, setAgreed] = useState(false);
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function begin() {
    setSending(true);
    setProblem(null);
    try {
      await onConsent();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'This did not work. Please try again.');
      setSending(false);
    }
  }

  return (
    <Panel title="Before we begin">
      <ul>
        <li>
          Your voice is recorded while you answer. A computer program writes down what you said and counts points.
        </li>
        <li>
          Recordings are kept encrypted on the server of the people who invited you. Nothing is sent anywhere else.
        </li>
        <li>
          The people who invited you listen to the recordings and see the result. It supports them; it is no diagnosis.
        </li>
        <li>
          Taking part is your choice. You can pause between the questions, leave questions out, and stop at any time by
          closing the page.
        </li>
      </ul>
      <CheckboxField isSelected={isAgreed} onChange={setAgreed}>
        <CheckboxButton className={styles.checkbox ?? ''}>
          <span className={styles.box} aria-hidden="true">
            {isAgreed ? '✓' : ''}
          </span>
          I have read this and agree that my answers are recorded.
        </CheckboxButton>
      </CheckboxField>
      {problem && (
        <Notice tone="alert">
          <p>{problem}</p>
        </Notice>
      )}
      {isSending && <Waiting>Preparing your session …</Waiting>}
      <Actions>
        <Button look="primary" isDisabled={!isAgreed || isSending} onPress={() => void begin()}>
          I agree, go on
        </Button>
        <Button look="quiet" onPress={onDecline}>
          I do not want to take part
        </Button>
      </Actions>
    </Panel>
  );
}
