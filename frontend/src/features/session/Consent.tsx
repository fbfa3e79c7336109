'use client';
import { useState } from 'react';
import { CheckboxButton, CheckboxField } from 'react-aria-components';
import { Button } from '@/components/ui/Button';
import { Actions, Notice, Panel, Waiting } from '@/components/ui/Panel';
import type { ConsentState } from './session-api';
import { dayOf } from './wording';
import styles from './session.module.css';

interface Props {
  consent: ConsentState;
  onConsent: () => Promise<void>;
  onDecline: () => void;
}

/** The words that the server gives, by version; whoever has agreed to just these is not asked again. */
export function Consent({ consent, onConsent, onDecline }: Props) {
  const [isAgreed, setAgreed] = useState(!consent.is_to_ask);
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
    <Panel title={consent.text.title}>
      <Before consent={consent} />
      <ul>
        {consent.text.paragraphs.map((paragraph) => (
          <li key={paragraph}>{paragraph}</li>
        ))}
      </ul>
      {consent.is_to_ask && (
        <CheckboxField isSelected={isAgreed} onChange={setAgreed}>
          <CheckboxButton className={styles.checkbox ?? ''}>
            <span className={styles.box} aria-hidden="true">
              {isAgreed ? '✓' : ''}
            </span>
            {consent.text.agreement}
          </CheckboxButton>
        </CheckboxField>
      )}
      {problem && (
        <Notice tone="alert">
          <p>{problem}</p>
        </Notice>
      )}
      {isSending && <Waiting>Preparing your session …</Waiting>}
      <Actions>
        <Button look="primary" isDisabled={!isAgreed || isSending} onPress={() => void begin()}>
          {consent.is_to_ask ? 'I agree, go on' : 'Go on'}
        </Button>
        <Button look="quiet" onPress={onDecline}>
          I do not want to take part
        </Button>
      </Actions>
    </Panel>
  );
}

/** What was said before, where that matters now. */
function Before({ consent: { is_to_ask, history } }: { consent: ConsentState }) {
  const [last] = history;
  if (last?.operation !== 'given') return null;
  const how = last.done_by === 'staff' ? 'with a member of staff beside you' : 'on this page';
  return (
    <Notice>
      <p>
        {is_to_ask
          ? `These words are new since you agreed on ${dayOf(last.at)}. Please read them again.`
          : `You agreed to this on ${dayOf(last.at)}, ${how}.`}
      </p>
    </Notice>
  );
}
