'use client';
import { EvidenceTable } from './EvidenceTable';
import { FluencyTimeline } from './FluencyTimeline';
import { inForce } from './corrections';
import { QuestionFacts } from './QuestionFacts';
import { RecordingPlayer } from './RecordingPlayer';
import { ScoreByHand } from './ScoreByHand';
import { StatusBadge } from './StatusBadge';
import { Transcript } from './Transcript';
import type { Question } from './result';
import { TRIAL_VIEWS, VIEWS_OF_TRIALS_ALONE } from './trialViews';
import { usePlayback } from './usePlayback';
import { useAreWordsShown } from './withheld';
import { pointsWords, questionState } from './wording';
import styles from './question.module.css';

interface Props {
  instrument: string;
  question: Question;
}

/** One answer with everything that its points come from; what a reviewer has to look at is open from the start. */
export function QuestionCard({ instrument, question }: Props) {
  const name = `${question.title}${question.attempt > 1 ? `, attempt ${question.attempt}` : ''}`;
  const byHand = inForce(question);
  const points = byHand?.values?.['points'] ?? question.values?.['points'];
  return (
    <details
      className={styles.card}
      open={question.status === 'needs_review' && !byHand}
      data-status={question.status ?? 'none'}
    >
      <summary className={styles.summary}>
        <span className={styles.name}>
          {name}
          {question.is_practice && <span className={styles.practice}> (practice)</span>}
        </span>
        {question.answer !== null && <span className={styles.answer}>“{shortened(question.answer)}”</span>}
        {points !== undefined && <span className={styles.points}>{pointsWords(points)}</span>}
        {byHand ? (
          <StatusBadge tone="scored">Scored by hand</StatusBadge>
        ) : (
          <StatusBadge tone={question.status ?? 'neutral'}>{questionState(question)}</StatusBadge>
        )}
      </summary>
      <QuestionBody instrument={instrument} question={question} name={name} />
    </details>
  );
}

const SHORT = 40;

function shortened(answer: string): string {
  return answer.length > SHORT ? `${answer.slice(0, SHORT).trimEnd()} …` : answer;
}

function QuestionBody(props: Props & { name: string }) {
  const { question } = props;
  return (
    <div className={styles.body}>
      <QuestionFacts question={question} />
      <ScoreByHand question={question} />
      {useAreWordsShown() ? <Traces {...props} /> : <WithoutWords question={question} />}
    </div>
  );
}

/** What is counted stays to be seen: trials that say everything themselves. */
function WithoutWords({ question }: { question: Question }) {
  const TrialView = VIEWS_OF_TRIALS_ALONE[question.kind];
  if (question.trials && TrialView) return <TrialView question={question} trials={question.trials} />;
  if (question.status === null && !question.recording) return null;
  return (
    <p className={styles.method}>Answer, sound and evidence are not shown: the organisation has not allowed it.</p>
  );
}

function Traces({ instrument, question, name }: Props & { name: string }) {
  const playback = usePlayback();
  const TrialView = TRIAL_VIEWS[question.kind];
  const evidence = question.evidence ?? [];
  const marked = evidence.flatMap((e) =>
    e.onset_s !== null && e.offset_s !== null ? [{ onset_s: e.onset_s, offset_s: e.offset_s }] : [],
  );
  return (
    <>
      {question.recording && (
        <RecordingPlayer
          recording={question.recording}
          playback={playback}
          title={name}
          isScored={question.status !== null}
          marked={marked}
        />
      )}
      {question.transcript && (
        <Transcript
          transcript={question.transcript}
          position_s={playback.position_s}
          isPlaying={playback.isPlaying}
          onPlayFrom={playback.playFrom}
        />
      )}
      <Alternatives question={question} />
      {instrument.endsWith('_fluency') && evidence.length > 0 && (
        <FluencyTimeline evidence={evidence} onPlayFrom={playback.playFrom} />
      )}
      {question.trials && TrialView ? (
        <TrialView question={question} trials={question.trials} />
      ) : (
        <EvidenceTable evidence={evidence} title={name} onPlayFrom={playback.playFrom} />
      )}
    </>
  );
}

function Alternatives({ question }: { question: Question }) {
  const found = distinct(question.transcript?.alternatives ?? [], question.transcript?.text ?? '');
  if (found.length === 0) return null;
  return (
    <div className={styles.alternatives}>
      <h3>Also heard, by another way of listening</h3>
      <ul>
        {found.map(({ methods, texts }) => (
          <li key={methods}>
            {texts.map((text) => `“${text || 'nothing'}”`).join(', ')} <span className={styles.method}>{methods}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Every other hearing once, those to which the same ways led together; case and marks make no difference. */
function distinct(alternatives: { method: string; text: string }[], heard: string) {
  const bare = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
  const found = new Map<string, { text: string; methods: string[] }>();
  for (const { method, text } of alternatives) {
    if (bare(text) === bare(heard)) continue;
    const known = found.get(bare(text));
    if (known) known.methods.push(method);
    else found.set(bare(text), { text: text.trim(), methods: [method] });
  }
  const byMethods = new Map<string, string[]>();
  for (const { methods, text } of found.values()) {
    const ways = methods.join(', ');
    byMethods.set(ways, [...(byMethods.get(ways) ?? []), text]);
  }
  return [...byMethods].map(([methods, texts]) => ({ methods, texts }));
}
