'use client';
import { useEffect, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { Actions, Notice, Panel, Waiting } from '@/components/ui/Panel';
import { Progress } from '@/components/ui/Progress';
import type { PlannedQuestion } from '@/features/session/types';
import type { Microphone } from '@/lib/recorder';
import { LevelMeter } from './LevelMeter';
import styles from './spoken.module.css';
import { type Phase, type SpokenTrialEvents, useSpokenTrial } from './useSpokenTrial';

interface Props extends SpokenTrialEvents {
  question: PlannedQuestion;
  microphone: Microphone;
  /** Begin by itself: the person has just pressed a button and waits for the question. */
  is_continuing: boolean;
  is_second_attempt: boolean;
  onSkip: () => void;
  /** Whether nothing may interrupt: what is heard once is heard or kept in mind, or the time for the answer runs. */
  onTimed: (isTimed: boolean) => void;
}

const FAILED = {
  digits: 'The numbers could not be played.',
  sentence: 'The sentence could not be played.',
  words: 'The words could not be played.',
  picture: 'The picture could not be shown.',
};
const BEGIN = {
  digits: 'Listen to the numbers',
  sentence: 'Listen to the sentence',
  words: 'Listen to the words',
  picture: 'Show the picture',
};
const READY = {
  digits: 'Press the button and listen.',
  sentence: 'Press the button and listen.',
  words: 'Press the button and listen.',
  picture: 'Press the button to see the picture.',
};
const WAITING = {
  digits: 'Please listen …',
  sentence: 'Please listen …',
  words: 'Please listen …',
  picture: 'The picture comes …',
};

const LONGEST_HEADING = 90; // characters: what is longer fills a phone if it is written as large

const UNDER_WAY: ReadonlySet<Phase> = new Set<Phase>(['listening', 'recording', 'finished']);

/** Whether a question would be another one if it were put twice: it is heard once only, or its time is measured out. */
const isOnce = ({ stimulus, answer }: PlannedQuestion): boolean =>
  (stimulus !== null && stimulus.kind !== 'picture') || answer?.fixed_s !== undefined;

/** A question that is answered aloud: hear it, answer, press "I have finished". */
export function SpokenTask({ question, microphone, is_continuing, is_second_attempt, ...props }: Props) {
  const { onSkip, onTimed, ...events } = props;
  const trial = useSpokenTrial(question, microphone, is_continuing, events);
  const isTimed = !question.is_practice && isOnce(question) && UNDER_WAY.has(trial.phase);
  useEffect(() => {
    onTimed(isTimed);
    return () => onTimed(false);
  }, [isTimed, onTimed]);
  const text = question.stimulus ? '' : question.prompt.text;
  const isLong = text.length > LONGEST_HEADING;
  return (
    <Panel title={isLong || !text ? question.title : text}>
      {isLong && <p className={styles.prompt}>{text}</p>}
      {is_second_attempt && (
        <Notice tone="warning">
          <p>
            {question.is_practice
              ? 'This is the practice once more.'
              : 'We could not hear your answer well. Please say it once more, a little louder and close to the device.'}
          </p>
        </Notice>
      )}
      <Stage trial={trial} question={question} microphone={microphone} />
      <Controls trial={trial} question={question} onSkip={onSkip} />
    </Panel>
  );
}

type Trial = ReturnType<typeof useSpokenTrial>;

function Stage({ trial, question, microphone }: { trial: Trial; question: PlannedQuestion; microphone: Microphone }) {
  const kind = question.stimulus?.kind;
  if (trial.phase === 'stimulus_failed') {
    return (
      <Notice tone="alert">
        <p>{FAILED[kind ?? 'digits']} Please check the connection to the internet, then try again.</p>
      </Notice>
    );
  }
  if (trial.phase === 'recording_failed') {
    return (
      <Notice tone="alert">
        <p>
          Your answer cannot be recorded. Please check the microphone, and that the device has free space, then try
          again.
        </p>
      </Notice>
    );
  }
  if (trial.phase === 'finished') return <Waiting>Keeping your answer …</Waiting>;
  if (trial.phase === 'ready') return <p>{kind ? READY[kind] : 'Press the button to begin.'}</p>;
  const is_recording = trial.phase === 'recording';
  return (
    <>
      <div className={`${styles.stage ?? ''} ${is_recording ? (styles.recording ?? '') : ''}`} role="status">
        {is_recording && <span className={styles.dot} aria-hidden="true" />}
        {is_recording ? 'Now: please speak. You are being recorded.' : WAITING[kind ?? 'digits']}
      </div>
      {is_recording && question.stimulus?.kind === 'picture' && (
        <img
          className={question.parameters.is_scene ? styles.scene : styles.picture}
          src={question.stimulus.image}
          alt="What to speak about"
        />
      )}
      {is_recording && <LevelMeter stream={microphone.stream} />}
      {is_recording && question.answer?.fixed_s !== undefined && trial.remaining_s !== null && (
        <Progress
          label="Time left"
          fraction={trial.remaining_s / trial.limit_s}
          detail={`${Math.ceil(trial.remaining_s)} s`}
        />
      )}
    </>
  );
}

function Controls({ trial, question, onSkip }: { trial: Trial; question: PlannedQuestion; onSkip: () => void }) {
  const [isAsking, setAsking] = useState(false);
  const is_fixed = question.answer?.fixed_s !== undefined;
  const is_failed = trial.phase === 'stimulus_failed' || trial.phase === 'recording_failed';
  const finish = () => void trial.finish();
  return (
    <Actions>
      {(trial.phase === 'ready' || is_failed) && (
        <>
          <Button look="primary" onPress={() => void trial.start()}>
            {is_failed ? 'Try again' : question.stimulus ? BEGIN[question.stimulus.kind] : 'Begin'}
          </Button>
          <Button look="quiet" onPress={onSkip}>
            Leave this one out
          </Button>
        </>
      )}
      {trial.phase === 'recording' && (
        <>
          <Button look={is_fixed ? 'plain' : 'primary'} onPress={is_fixed ? () => setAsking(true) : finish}>
            {is_fixed ? 'Stop before the time is over' : 'I have finished'}
          </Button>
          {!is_fixed && (
            <Button look="quiet" onPress={onSkip}>
              Leave this one out
            </Button>
          )}
        </>
      )}
      <Dialog title="Stop already?" isOpen={isAsking} onClose={() => setAsking(false)}>
        <p>There is still time. More words may come to your mind.</p>
        <Actions>
          <Button look="primary" onPress={() => setAsking(false)}>
            Go on speaking
          </Button>
          <Button onPress={finish}>Stop now</Button>
        </Actions>
      </Dialog>
    </Actions>
  );
}
