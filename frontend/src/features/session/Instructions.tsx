'use client';
import { useEffect, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Actions, Panel } from '@/components/ui/Panel';
import { useServices } from '@/lib/services';
import styles from './session.module.css';
import type { SpokenText } from './types';

interface Props {
  title: string;
  texts: SpokenText[];
  /** Where this task stands among all, such as "Task 2 of 4, about 4 minutes". */
  place: string | null;
  onGoOn: () => void;
}

/** What is to be done, read aloud and written; it can be heard again and cut short. */
export function Instructions({ title, texts, place, onGoOn }: Props) {
  const { sound } = useServices();
  const [round, setRound] = useState(0);
  const [isSpeaking, setSpeaking] = useState(true);

  useEffect(() => {
    let isLeft = false;
    const speak = async () => {
      setSpeaking(true);
      for (const { audio } of texts) {
        if (audio && !isLeft) await sound.play(audio).catch(() => undefined); // the text is there to read
      }
      if (!isLeft) setSpeaking(false);
    };
    void speak();
    return () => {
      isLeft = true;
      sound.stop();
    };
  }, [round, sound, texts]);

  return (
    <Panel title={title}>
      {place && <p className={styles.place}>{place}</p>}
      {texts.map((text) => (
        <p key={text.text} className={styles.instruction}>
          {text.text}
        </p>
      ))}
      <Actions>
        <Button look="primary" onPress={onGoOn}>
          I am ready
        </Button>
        <Button look="quiet" isDisabled={isSpeaking} onPress={() => setRound(round + 1)}>
          {isSpeaking ? 'You are hearing it now' : 'Hear it again'}
        </Button>
      </Actions>
    </Panel>
  );
}
