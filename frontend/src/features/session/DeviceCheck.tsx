'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Actions, Notice, Panel, Waiting } from '@/components/ui/Panel';
import { LevelMeter } from '@/features/tasks/spoken/LevelMeter';
import type { Microphone, Recording } from '@/lib/recorder';
import { useServices } from '@/lib/services';
import styles from './session.module.css';

type Step = 'sound' | 'microphone';
const SOUND_CHECK = '/stimuli/en/sound_check.ogg';
const HEARD_LEVEL = 0.25; // about -45 dB: a voice near the device, not the room

interface Props {
  /** Whether anything is answered aloud; without it, nobody is asked for a microphone. */
  hasSpoken: boolean;
  onDone: () => void;
}

/** Sound, then microphone: hear a sentence, say one, hear it back. */
export function DeviceCheck({ hasSpoken, onDone }: Props) {
  const [step, setStep] = useState<Step>('sound');
  if (step === 'microphone') return <MicrophoneCheck onDone={onDone} />;
  return <SoundCheck onHeard={() => (hasSpoken ? setStep('microphone') : onDone())} />;
}

function SoundCheck({ onHeard }: { onHeard: () => void }) {
  const { sound } = useServices();
  const [plays, setPlays] = useState(0);
  const [isFailed, setFailed] = useState(false);

  async function play() {
    setFailed(false);
    try {
      await sound.play(SOUND_CHECK);
      setPlays((count) => count + 1);
    } catch {
      setFailed(true);
    }
  }

  return (
    <Panel title="Can you hear well?">
      <p>Press the button. You hear a voice. Make it louder or quieter with the keys of your device.</p>
      {isFailed && (
        <Notice tone="alert">
          <p>The sound could not be played. Please check the connection to the internet and try again.</p>
        </Notice>
      )}
      {plays > 1 && (
        <Notice>
          <p>Still too quiet? Turn the volume of the device up, or move closer to it.</p>
        </Notice>
      )}
      <Actions>
        <Button look={plays === 0 ? 'primary' : 'plain'} onPress={() => void play()}>
          {plays === 0 ? 'Play the voice' : 'Once more'}
        </Button>
        {plays > 0 && (
          <Button look="primary" onPress={onHeard}>
            I hear it well
          </Button>
        )}
      </Actions>
    </Panel>
  );
}

function MicrophoneCheck({ onDone }: { onDone: () => void }) {
  const { openMicrophone } = useServices();
  const [step, setStep] = useState<'start' | 'asking' | 'recording' | 'recorded'>('start');
  const [problem, setProblem] = useState<string | null>(null);
  const [microphone, setMicrophone] = useState<Microphone | null>(null);
  const [sound, setSound] = useState<string | null>(null);
  const [isHeard, setHeard] = useState(false);
  const recording = useRef<Recording | null>(null);
  const chunks = useRef<ArrayBuffer[]>([]);
  const loudest = useRef(0);
  const place = useRef<HTMLDivElement>(null);

  // what was pressed is gone: who uses a keyboard or a screen reader goes on at what has come instead
  useEffect(() => {
    if (step === 'recording' || step === 'recorded') place.current?.focus();
  }, [step]);
  useEffect(() => () => microphone?.close(), [microphone]);
  useEffect(
    () => () => {
      if (sound) URL.revokeObjectURL(sound);
    },
    [sound],
  );
  const onLevel = useCallback((level: number) => {
    loudest.current = Math.max(loudest.current, level);
  }, []);

  async function record() {
    setProblem(null);
    setStep('asking');
    try {
      const opened = await openMicrophone();
      setMicrophone(opened);
      chunks.current = [];
      loudest.current = 0;
      recording.current = await opened.record(({ bytes }) => {
        chunks.current.push(bytes);
      });
      setStep('recording');
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'The microphone does not work.');
      setStep('start');
    }
  }

  async function stop() {
    const done = recording.current;
    if (!done) return;
    await done.stop();
    setMicrophone(null);
    setHeard(loudest.current >= HEARD_LEVEL);
    setSound(URL.createObjectURL(new Blob(chunks.current, { type: done.media_type })));
    setStep('recorded');
  }

  return (
    <Panel title="Can we hear you?">
      {problem && (
        <Notice tone="alert">
          <p>{problem}</p>
          <p>If it cannot be made to work, you can go on: the questions that are answered aloud are then left out.</p>
        </Notice>
      )}
      {step === 'start' && <p>Press the button and say a sentence. If the browser asks, allow the microphone.</p>}
      {step === 'asking' && <Waiting>Waiting for the microphone. If the browser asks, please press “Allow”.</Waiting>}
      {step === 'recording' && microphone && (
        <div ref={place} tabIndex={-1} className={styles.quietFocus}>
          <p>
            Please say aloud: <b>“Today is a good day.”</b> The bar moves while you speak.
          </p>
          <LevelMeter stream={microphone.stream} onLevel={onLevel} />
        </div>
      )}
      {step === 'recorded' && sound && (
        <div ref={place} tabIndex={-1} className={styles.quietFocus}>
          <Recorded sound={sound} isHeard={isHeard} />
        </div>
      )}
      <Actions>
        {step === 'recording' && (
          <Button look="primary" onPress={() => void stop()}>
            I have said it
          </Button>
        )}
        {step === 'recorded' && isHeard && (
          <Button look="primary" onPress={onDone}>
            That is my voice, go on
          </Button>
        )}
        {(step === 'start' || step === 'recorded') && (
          <Button look={step === 'recorded' && isHeard ? 'plain' : 'primary'} onPress={() => void record()}>
            {step === 'start' && !problem ? 'Try the microphone' : 'Try again'}
          </Button>
        )}
        {step === 'recorded' && !isHeard && (
          <Button look="quiet" onPress={onDone}>
            I hear myself well, go on
          </Button>
        )}
        {step === 'start' && problem && (
          <Button look="quiet" onPress={onDone}>
            Go on without a microphone
          </Button>
        )}
      </Actions>
    </Panel>
  );
}

function Recorded({ sound, isHeard }: { sound: string; isHeard: boolean }) {
  return (
    <>
      {!isHeard && (
        <Notice tone="warning">
          <p>
            We heard very little. Please move closer to the device, or look whether the microphone is covered, and try
            again.
          </p>
        </Notice>
      )}
      <p>Listen to yourself. If you understand every word, everything is fine.</p>
      {/* eslint-disable-next-line jsx-a11y/media-has-caption -- it is what the person has just said */}
      <audio controls src={sound} aria-label="Your recording" style={{ width: '100%' }} />
    </>
  );
}
