'use client';
import type { DataChoice } from '@/lib/consent';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { Label, RadioButton, RadioField, RadioGroup } from 'react-aria-components';
import { Button } from '@/components/ui/Button';
import { Frame } from '@/components/ui/Page';
import { Actions, Notice, Panel, Waiting } from '@/components/ui/Panel';
import { Outbox } from '@/lib/outbox';
import { type ConsentState, getConsent, me, withdrawConsent } from './session-api';
import { dayOf } from './wording';
import styles from './session.module.css';

type State =
  | { at: 'loading' | 'stranger' }
  | { at: 'failed'; words: string }
  | { at: 'shown'; consent: ConsentState; session_id: string | null };

const CHOICES: [DataChoice, string, string][] = [
  ['keep', 'Keep what I gave', 'The people who invited you may go on using it as you had agreed.'],
  ['erase', 'Erase what I gave', 'Recordings, answers and results are erased within a day. This cannot be undone.'],
];

/** A participant's own page: what they agreed to and when, and the way to withdraw it. */
export function MyConsent() {
  const [state, setState] = useState<State>({ at: 'loading' });
  const [round, setRound] = useState(0);
  useEffect(() => {
    shown().then(setState, (error: unknown) =>
      setState({ at: 'failed', words: error instanceof Error ? error.message : 'This page could not be loaded.' }),
    );
  }, [round]);

  async function withdraw(data: DataChoice) {
    if (state.at !== 'shown') return;
    await withdrawConsent(data);
    // what this device has not sent yet was given under the same consent
    if (state.session_id) await new Outbox().forget(state.session_id);
    setRound(round + 1);
  }

  return (
    <Frame aside={<Link href="/">To the start page</Link>}>
      {state.at === 'loading' && <Waiting>Looking up what you agreed to …</Waiting>}
      {state.at === 'stranger' && (
        <Panel title="Please open your invitation">
          <p>The link in your invitation shows us who you are. Then come back to this page.</p>
        </Panel>
      )}
      {state.at === 'failed' && (
        <Panel title="This page could not be loaded">
          <p>{state.words}</p>
          <Actions>
            <Button look="primary" onPress={() => setRound(round + 1)}>
              Try again
            </Button>
          </Actions>
        </Panel>
      )}
      {state.at === 'shown' && (
        <Shown key={state.consent.history.length} consent={state.consent} onWithdraw={withdraw} />
      )}
    </Frame>
  );
}

async function shown(): Promise<State> {
  const found = await me().catch(() => null);
  if (found?.user.role !== 'participant') return { at: 'stranger' };
  return { at: 'shown', consent: await getConsent('en'), session_id: found.session_id ?? null };
}

interface ShownProps {
  consent: ConsentState;
  onWithdraw: (data: DataChoice) => Promise<void>;
}

function Shown({ consent, onWithdraw }: ShownProps) {
  const [last] = consent.history;
  if (!last) {
    return (
      <Panel title="Your consent">
        <p>You have not agreed to anything yet, and nothing has been recorded.</p>
      </Panel>
    );
  }
  if (last.operation === 'withdrawn') {
    return (
      <Panel title="You have withdrawn your consent">
        <p>{last.data_choice === 'erase' ? ERASED : KEPT}</p>
        <p>Withdrawn on {dayOf(last.at)}. Nothing more is recorded.</p>
        {last.data_choice === 'keep' && <Withdrawal choices={CHOICES.slice(1)} onWithdraw={onWithdraw} />}
      </Panel>
    );
  }
  return (
    <Panel title="Your consent">
      <p>
        You agreed on {dayOf(last.at)} to what {consent.organisation} asked you (version {last.version}).
      </p>
      <details className={styles.words}>
        <summary>Read it again</summary>
        <ul>
          {consent.text.paragraphs.map((paragraph) => (
            <li key={paragraph}>{paragraph}</li>
          ))}
        </ul>
      </details>
      <p>You may withdraw it at any time. You need not say why, and it has no disadvantage for you.</p>
      <Withdrawal choices={CHOICES} onWithdraw={onWithdraw} />
    </Panel>
  );
}

const KEPT = 'What you gave before stays with the people who invited you.';
const ERASED = 'Your recordings, answers and results are erased within a day, and in every backup made unreadable.';

interface WithdrawalProps {
  choices: [DataChoice, string, string][];
  onWithdraw: (data: DataChoice) => Promise<void>;
}

function Withdrawal({ choices, onWithdraw }: WithdrawalProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function send() {
    const [data] = choices.find(([choice]) => choice === chosen) ?? [];
    if (!data) return;
    setSending(true);
    setProblem(null);
    try {
      await onWithdraw(data);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'This did not work. Please try again.');
      setSending(false);
    }
  }

  const isAfterwards = choices.length === 1;
  return (
    <>
      <RadioGroup value={chosen} onChange={setChosen} className={styles.ratings ?? ''}>
        <Label>
          {isAfterwards ? 'You can still change one thing' : 'What is to happen with what you gave so far?'}
        </Label>
        {choices.map(([choice, title, words]) => (
          <RadioField key={choice} value={choice}>
            <RadioButton className={styles.rating ?? ''}>
              <span>
                {title}
                <span className={styles.hint}>{words}</span>
              </span>
            </RadioButton>
          </RadioField>
        ))}
      </RadioGroup>
      {problem && (
        <Notice tone="alert">
          <p>{problem}</p>
        </Notice>
      )}
      <Actions>
        <Button look="primary" isDisabled={chosen === null || isSending} onPress={() => void send()}>
          {isAfterwards ? 'Erase it' : 'Withdraw my consent'}
        </Button>
      </Actions>
    </>
  );
}
