'use client';
import { useEffect, useRef, useState } from 'react';
import { Flags } from './Flags';
import { InstrumentSection } from './InstrumentSection';
import { Profile } from './Profile';
import { ResultHeader } from './ResultHeader';
import { Provenance, Validity } from './Surroundings';
import { ConfidenceLegend } from './Transcript';
import { ViewControls } from './ViewControls';
import { type View, counts } from './ordering';
import type { Result } from './result';
import { AreWordsShownProvider } from './withheld';
import styles from './section.module.css';

/** The result of one session, every point with what it came from. */
export function ResultView({ result }: { result: Result }) {
  const [view, setView] = useState<View>({ show: 'all', order: 'doubtful_first' });
  const root = useRef<HTMLElement>(null);
  useOpenForPrint(root);
  const found = counts(result.instruments);
  const areWordsShown = result.are_words_shown ?? true;
  return (
    <article ref={root} className={styles.result}>
      <ResultHeader result={result} />
      {!areWordsShown && <Withheld />}
      <Flags flags={result.flags} />
      <Profile instruments={result.instruments} />
      <Validity facts={result.validity} />
      <section aria-labelledby="answers-title" className={styles.section}>
        <h2 id="answers-title">Answers</h2>
        <ViewControls view={view} counts={found} onChange={setView} />
        {areWordsShown && <ConfidenceLegend />}
        {found[view.show] === 0 && <p role="status">{NONE[view.show]}</p>}
      </section>
      <AreWordsShownProvider value={areWordsShown}>
        {result.instruments.map((instrument) => (
          <InstrumentSection key={instrument.instrument} instrument={instrument} view={view} />
        ))}
      </AreWordsShownProvider>
      <Provenance result={result} />
    </article>
  );
}

function Withheld() {
  return (
    <p className={styles.progress} role="note">
      <strong>Without words.</strong> What was said, written and drawn, and the reasons that quote it, are not shown:
      the organisation has not allowed it for researchers. Points, measures, rules and times are all here.
    </p>
  );
}

const NONE = {
  all: 'No answers have come in yet.',
  needs_review: 'No answer needs review.',
  not_scorable: 'Every answer could be scored.',
};

/** On paper nothing can be unfolded, so everything is, for as long as the printing takes. */
function useOpenForPrint(root: React.RefObject<HTMLElement | null>) {
  useEffect(() => {
    let opened: HTMLDetailsElement[] = [];
    const open = () => {
      opened = [...(root.current?.querySelectorAll('details') ?? [])].filter((details) => !details.open);
      for (const details of opened) details.open = true;
    };
    const close = () => {
      for (const details of opened) details.open = false;
    };
    window.addEventListener('beforeprint', open);
    window.addEventListener('afterprint', close);
    return () => {
      window.removeEventListener('beforeprint', open);
      window.removeEventListener('afterprint', close);
    };
  }, [root]);
}
