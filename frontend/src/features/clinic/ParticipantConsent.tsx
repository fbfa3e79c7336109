'use client';
import type { DataChoice } from '@/lib/consent';
import { useState } from 'react';
import { type Participant, recordConsent, sentenceOf, withdrawFor } from './participant';
import { moment } from './wording';
import styles from './clinic.module.css';

interface Props {
  person: Participant;
  onChanged: () => Promise<void>;
  give?: typeof recordConsent;
  withdraw?: typeof withdrawFor;
}

/** What a participant said about consent, and what staff beside them record for them. */
export function ParticipantConsent({ person, onChanged, give = recordConsent, withdraw = withdrawFor }: Props) {
  const [problem, setProblem] = useState<string | null>(null);
  const { consent } = person;

  async function act(what: () => Promise<void>) {
    try {
      await what();
      setProblem(null);
      await onChanged();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'This did not work. Try again.');
    }
  }

  return (
    <section aria-labelledby="consent-title" className={styles.below}>
      <h2 id="consent-title">Consent</h2>
      {problem && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      {consent.history.length === 0 ? (
        <p className={styles.empty}>Nothing was said yet. The participant is asked before their first question.</p>
      ) : (
        <ul className={styles.said}>
          {consent.history.map((word) => (
            <li key={word.at}>
              {moment(word.at)}: {sentenceOf(word)}
            </li>
          ))}
        </ul>
      )}
      {consent.is_to_ask && (
        <GiveForm key={consent.text.sha256} person={person} onGive={() => act(() => give(person.id, consent.text))} />
      )}
      {consent.state === 'given' && <WithdrawForm onWithdraw={(data) => act(() => withdraw(person.id, data))} />}
    </section>
  );
}

function GiveForm({ person, onGive }: { person: Participant; onGive: () => Promise<void> }) {
  const [isRead, setRead] = useState(false);
  const { text } = person.consent;
  return (
    <details className={styles.fold}>
      <summary>Record that they agree, with you beside them</summary>
      <p className={styles.hint}>Read this to the participant, or give it to them to read.</p>
      <ul>
        {text.paragraphs.map((paragraph) => (
          <li key={paragraph}>{paragraph}</li>
        ))}
      </ul>
      <label className={styles.check}>
        <input type="checkbox" checked={isRead} onChange={(event) => setRead(event.target.checked)} />
        {person.participant_label} has read or heard this and agrees: “{text.agreement}”
      </label>
      <p className={styles.actions}>
        <button type="button" className={styles.primary} disabled={!isRead} onClick={() => void onGive()}>
          Record the consent
        </button>
      </p>
    </details>
  );
}

function WithdrawForm({ onWithdraw }: { onWithdraw: (data: DataChoice) => Promise<void> }) {
  const [chosen, setChosen] = useState<DataChoice | null>(null);
  const choices: [DataChoice, string][] = [
    ['keep', 'They want what they gave to be kept'],
    ['erase', 'They want everything erased, here and in the backups, within a day; this cannot be undone'],
  ];
  return (
    <details className={styles.fold}>
      <summary>Withdraw for them</summary>
      <p className={styles.hint}>An open session ends, and nothing more is kept.</p>
      <fieldset>
        <legend>What is to happen with what they gave?</legend>
        {choices.map(([choice, words]) => (
          <label key={choice} className={styles.check}>
            <input type="radio" name="data" checked={chosen === choice} onChange={() => setChosen(choice)} />
            {words}
          </label>
        ))}
      </fieldset>
      <p className={styles.actions}>
        <button
          type="button"
          className={styles.danger}
          disabled={chosen === null}
          onClick={() => chosen && void onWithdraw(chosen)}
        >
          Withdraw the consent
        </button>
      </p>
    </details>
  );
}
