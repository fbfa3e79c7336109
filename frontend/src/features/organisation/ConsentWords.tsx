'use client';
import { type SubmitEvent, useEffect, useState } from 'react';
import clinic from '@/features/clinic/clinic.module.css';
import { formText } from '@/lib/form-text';
import { type ConsentTexts, getConsentTexts, publishConsentText } from './organisation';
import styles from './organisation.module.css';

/** The words that participants of the organisation agree to. */
export function ConsentWords() {
  const [texts, setTexts] = useState<ConsentTexts | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    getConsentTexts().then(setTexts, (error: unknown) => {
      setProblem(error instanceof Error ? error.message : 'The words of the consent could not be loaded.');
    });
  }, []);
  return (
    <section aria-labelledby="consent-words-title" className={clinic.below}>
      <h2 id="consent-words-title">What participants agree to</h2>
      {problem && (
        <p role="alert" className={clinic.problem}>
          {problem}
        </p>
      )}
      {texts ? <ConsentWordsForm texts={texts} onPublished={setTexts} /> : !problem && <p role="status">Loading …</p>}
    </section>
  );
}

interface Props {
  texts: ConsentTexts;
  onPublished: (texts: ConsentTexts) => void;
  send?: typeof publishConsentText;
}

export function ConsentWordsForm({ texts, onPublished, send = publishConsentText }: Props) {
  const [words, setWords] = useState(texts.text);
  const [said, setSaid] = useState('');
  const [problem, setProblem] = useState<string | null>(null);

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    try {
      const published = await send({
        locale: texts.text.locale,
        title: formText(given, 'title'),
        paragraphs: paragraphsOf(formText(given, 'paragraphs')),
        agreement: formText(given, 'agreement'),
      });
      onPublished(published);
      setProblem(null);
      setSaid(`Version ${published.text.version} is what participants are shown.`);
    } catch (error) {
      setSaid('');
      setProblem(error instanceof Error ? error.message : 'It was not saved. Try again.');
    }
  }

  return (
    <form
      key={words.sha256}
      className={`${clinic.form} ${styles.settings}`}
      onSubmit={(event) => void submit(event)}
      onChange={() => setSaid('')}
      aria-label="What participants agree to"
    >
      <p className={`${clinic.hint} ${clinic.wide}`}>
        Version {texts.text.version}, {texts.is_own ? 'of your own' : 'as it comes with the system'}. Other words are a
        new version: every participant is asked anew before they go on.
      </p>
      <label className={clinic.wide}>
        Heading
        <input name="title" required maxLength={200} defaultValue={words.title} />
      </label>
      <label className={clinic.wide}>
        Paragraphs, with an empty line between two
        <textarea name="paragraphs" required rows={14} defaultValue={words.paragraphs.join('\n\n')} />
      </label>
      <label className={clinic.wide}>
        What the participant ticks
        <input name="agreement" required maxLength={500} defaultValue={words.agreement} />
      </label>
      {problem && (
        <p role="alert" className={clinic.problem}>
          {problem}
        </p>
      )}
      <p className={clinic.actions}>
        <button type="submit" className={clinic.primary}>
          Publish
        </button>
        {texts.is_own && (
          <button type="button" className={clinic.quiet} onClick={() => setWords(texts.standard)}>
            Fill in the standard words
          </button>
        )}
        <span role="status">{said}</span>
      </p>
    </form>
  );
}

/** What stands between empty lines. */
export function paragraphsOf(text: string): string[] {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/\s+/g, ' ').trim())
    .filter((paragraph) => paragraph !== '');
}
