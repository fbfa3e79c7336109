'use client';
import { type SubmitEvent, useCallback, useEffect, useState } from 'react';
import { formText } from '@/lib/form-text';
import { ParticipantConsent } from './ParticipantConsent';
import { type Participant, getParticipant, rectify } from './participant';
import { day } from './wording';
import styles from './clinic.module.css';

/** One participant: their details, which can be put right, and their consent. */
export function ParticipantPage({ id }: { id: string }) {
  const [person, setPerson] = useState<Participant | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const load = useCallback(
    () =>
      getParticipant(id).then(setPerson, (error: unknown) =>
        setProblem(error instanceof Error ? error.message : 'This participant could not be loaded.'),
      ),
    [id],
  );
  useEffect(() => void load(), [load]);
  if (problem) {
    return (
      <p role="alert" className={styles.problem}>
        {problem}
      </p>
    );
  }
  if (!person) return <p role="status">Loading …</p>;
  return (
    <>
      <section aria-labelledby="person-title">
        <h1 id="person-title">{person.participant_label}</h1>
        <p className={styles.hint}>Here since {day(person.created_at)}</p>
        <Details person={person} onChanged={setPerson} />
      </section>
      <ParticipantConsent person={person} onChanged={load} />
    </>
  );
}

interface DetailsProps {
  person: Participant;
  onChanged: (person: Participant) => void;
  send?: typeof rectify;
}

export function Details({ person, onChanged, send = rectify }: DetailsProps) {
  const [said, setSaid] = useState('');
  const [problem, setProblem] = useState<string | null>(null);

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const details = { participant_label: formText(given, 'label'), participant_email: formText(given, 'email') };
    try {
      onChanged(await send(person.id, details));
      setProblem(null);
      setSaid('Saved.');
    } catch (error) {
      setSaid('');
      setProblem(error instanceof Error ? error.message : 'It was not saved. Try again.');
    }
  }

  return (
    <form
      className={styles.form}
      aria-label="Details"
      onSubmit={(event) => void submit(event)}
      onChange={() => setSaid('')}
    >
      <label>
        Label or name
        <input name="label" required maxLength={200} defaultValue={person.participant_label} />
      </label>
      <label>
        E-mail address
        <input name="email" type="email" maxLength={254} defaultValue={person.participant_email ?? ''} />
      </label>
      {problem && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      <p className={styles.actions}>
        <button type="submit" className={styles.primary}>
          Put right
        </button>
        <span role="status">{said}</span>
      </p>
      <p className={styles.hint}>Who changed what, and when, is in the audit log; the old and the new words are not.</p>
    </form>
  );
}
