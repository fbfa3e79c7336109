'use client';
import { type SubmitEvent, useEffect, useState } from 'react';
import clinic from '@/features/clinic/clinic.module.css';
import { formText } from '@/lib/form-text';
import { type Contacts, type Organisation, type Place, changeOrganisation, getOrganisation } from './organisation';
import styles from './organisation.module.css';

const PLACES: [keyof Place, string, string][] = [
  ['building', 'Building', 'such as St Mary’s Hospital, or the name of the practice'],
  ['town', 'Town or city', ''],
  ['region', 'County, state or region', ''],
  ['country', 'Country', ''],
];

const KEPT: ['recordings_kept_days' | 'persons_kept_days', string, string][] = [
  ['recordings_kept_days', 'Recordings after … days', 'Transcripts, answers and points stay.'],
  ['persons_kept_days', 'Persons … days after their last session', 'Everything of theirs goes, with their key.'],
];

const CONTACTS: [keyof Contacts, string][] = [
  ['controller', 'Who is responsible: name, address, telephone'],
  ['representative', 'Their representative in the EU, where one is needed'],
  ['protection_officer', 'Data protection officer'],
];

const daysOf = (text: string): number | null => (text === '' ? null : Number(text));

/** The organisation's name, its place, and what researchers see. */
export function OrganisationSettings() {
  const [organisation, setOrganisation] = useState<Organisation | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    getOrganisation().then(setOrganisation, (error: unknown) => {
      setProblem(error instanceof Error ? error.message : 'The organisation could not be loaded.');
    });
  }, []);
  return (
    <section aria-labelledby="organisation-title">
      <h1 id="organisation-title">Organisation</h1>
      {problem && (
        <p role="alert" className={clinic.problem}>
          {problem}
        </p>
      )}
      {organisation ? <OrganisationForm organisation={organisation} /> : !problem && <p role="status">Loading …</p>}
    </section>
  );
}

interface Props {
  organisation: Organisation;
  send?: typeof changeOrganisation;
}

export function OrganisationForm({ organisation, send = changeOrganisation }: Props) {
  const [said, setSaid] = useState('');
  const [problem, setProblem] = useState<string | null>(null);

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    try {
      await send({
        name: formText(given, 'name'),
        place: Object.fromEntries(PLACES.map(([name]) => [name, formText(given, name)])),
        researchers_see_identities: given.has('researchers_see_identities'),
        contacts: Object.fromEntries(CONTACTS.map(([name]) => [name, formText(given, name)])),
        ...Object.fromEntries(KEPT.map(([name]) => [name, daysOf(formText(given, name))])),
        help_text: formText(given, 'help_text'),
      });
      setProblem(null);
      setSaid('Saved.');
    } catch (error) {
      setSaid('');
      setProblem(error instanceof Error ? error.message : 'It was not saved. Try again.');
    }
  }

  return (
    <form
      className={`${clinic.form} ${styles.settings}`}
      onSubmit={(event) => void submit(event)}
      onChange={() => setSaid('')}
      aria-label="Organisation"
    >
      <label className={clinic.wide}>
        Name
        <input name="name" required maxLength={200} defaultValue={organisation.name} />
        <span className={clinic.hint}>Participants read it in their invitation.</span>
      </label>
      <fieldset className={styles.group}>
        <legend>Where assessments take place</legend>
        <p className={clinic.hint}>
          Participants are asked where they are. Questions about what is empty here are not put to them.
        </p>
        <div className={styles.places}>
          {PLACES.map(([name, title, hint]) => (
            <label key={name}>
              {title}
              <input name={name} maxLength={200} defaultValue={organisation.place[name] ?? ''} />
              {hint && <span className={clinic.hint}>{hint}</span>}
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset className={styles.group}>
        <legend>Help</legend>
        <label className={styles.help}>
          What a participant reads whose answer speaks of death or self-harm
          <textarea name="help_text" rows={9} maxLength={4000} defaultValue={organisation.help_text} />
          <span className={clinic.hint}>
            It is shown right after the form. Write who can be reached and by which number: the text that comes with the
            system names none. Empty it to have that text again.
          </span>
        </label>
      </fieldset>
      <fieldset className={styles.group}>
        <legend>Researchers</legend>
        <label className={styles.check}>
          <input
            type="checkbox"
            name="researchers_see_identities"
            defaultChecked={organisation.researchers_see_identities}
          />
          <span>
            Researchers see participants’ names, hear their voices, and read what they said and drew
            <span className={clinic.hint}> Without this they read points and measures under a number.</span>
          </span>
        </label>
      </fieldset>
      <fieldset className={styles.group}>
        <legend>How long data are kept</legend>
        <p className={clinic.hint}>
          Nothing is deleted while these are empty. What is let go, every night, cannot be brought back, not even from a
          backup. On the server, <code>cas retention run --dry-run</code> tells what would go.
        </p>
        <div className={styles.places}>
          {KEPT.map(([name, title, hint]) => (
            <label key={name}>
              {title}
              <input
                name={name}
                type="number"
                min={1}
                max={36500}
                step={1}
                placeholder="never"
                defaultValue={organisation[name] ?? ''}
              />
              <span className={clinic.hint}>{hint}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset className={styles.group}>
        <legend>Who answers for the processing of data</legend>
        <div className={styles.places}>
          {CONTACTS.map(([name, title]) => (
            <label key={name}>
              {title}
              <input name={name} maxLength={500} defaultValue={organisation.contacts[name] ?? ''} />
            </label>
          ))}
        </div>
      </fieldset>
      {problem && (
        <p role="alert" className={clinic.problem}>
          {problem}
        </p>
      )}
      <p className={clinic.actions}>
        <button type="submit" className={clinic.primary}>
          Save
        </button>
        <span role="status">{said}</span>
      </p>
    </form>
  );
}
