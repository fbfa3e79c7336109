'use client';
import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from 'react';
import { RadioButton, RadioField, RadioGroup } from 'react-aria-components';
import { Button } from '@/components/ui/Button';
import { Actions, Panel } from '@/components/ui/Panel';
import { forgetDraft, keepDraft, keptDraft } from '@/lib/draft';
import { useServices } from '@/lib/services';
import type { TouchTaskProps } from '../touch/task';
import { type InputType, inputOf } from '../touch/timing';
import {
  type FormDraft,
  type FormItem,
  type FormParameters,
  type FormState,
  begun,
  choose,
  isFlagged,
  isLast,
  leaveOut,
  move,
  placeOf,
  shownAgain,
  trialsOf,
} from './form';
import styles from './form.module.css';

/**
 * A questionnaire, one item a page: nothing is chosen beforehand, one may go back, and any item may be left out. What
 * was answered is kept over a pause and a reload, and an option that staff have to know of is told when it is chosen.
 */
export function FormTask({ question, draft_key, onTrials, onSkip, onFlagged }: TouchTaskProps) {
  const { now } = useServices();
  const form = question.parameters as unknown as FormParameters;
  const [state, setState] = useState<FormState>(() => {
    const draft = keptDraft(draft_key) as FormDraft | null;
    return draft ? shownAgain(draft, now()) : begun(now(), new Date());
  });
  const input = useRef<InputType>('touch');
  const isReported = useRef(false);
  const interruptions = useAbsences((since_ms) =>
    setState((before) => shownAgain({ state: before, kept_ms: since_ms }, now())),
  );

  function keep(next: FormState) {
    const draft: FormDraft = { state: next, kept_ms: now() };
    keepDraft(draft_key, draft);
    setState(next);
  }

  function chosen(item: string, option: string) {
    keep(choose(form, state, option, now(), input.current));
    if (isFlagged(form, item, option)) onFlagged(item, option);
  }

  function report(last: FormState, completed: boolean) {
    if (isReported.current) return;
    isReported.current = true;
    forgetDraft(draft_key);
    const duration_ms = Math.round(now() - last.began_ms);
    const summary = { duration_ms, completed, interruption_count: interruptions.current };
    onTrials(trialsOf(form, last), summary, last.presented_at);
  }

  function goOn(from: FormState) {
    const next = move(form, from, 1, now());
    if (next.at >= form.items.length) report(next, true);
    else keep(next);
  }

  function leaveRest() {
    const last = move(form, state, 1, now());
    if (Object.values(last.answers).some((answer) => answer.option !== null)) report(last, false);
    else {
      forgetDraft(draft_key);
      onSkip();
    }
  }

  const item = form.items[state.at];
  if (!item) return null;
  return (
    <div
      onPointerDownCapture={(event: PointerEvent) => (input.current = inputOf(event.nativeEvent))}
      onKeyDownCapture={(event: KeyboardEvent) => {
        if (event.key !== 'Tab') input.current = 'key';
      }}
    >
      <Item
        key={item.id}
        {...{ form, item, state }}
        onChoose={(option) => chosen(item.id, option)}
        onNext={() => goOn(state)}
        onBack={() => keep(move(form, state, -1, now()))}
        onLeaveOut={() => goOn(leaveOut(form, state))}
        onLeaveRest={leaveRest}
      />
    </div>
  );
}

interface ItemProps {
  form: FormParameters;
  item: FormItem;
  state: FormState;
  onChoose: (option: string) => void;
  onNext: () => void;
  onBack: () => void;
  onLeaveOut: () => void;
  onLeaveRest: () => void;
}

function Item({ form, item, state, onChoose, onNext, onBack, onLeaveOut, onLeaveRest }: ItemProps) {
  const stem = form.scales[item.scale]?.stem ?? null;
  const chosen = state.answers[item.id]?.option ?? null;
  const { number, count } = placeOf(form, state);
  const isAtEnd = isLast(form, state);
  const stemId = useId();
  return (
    <Panel
      title={item.text}
      lead={
        <>
          <p className={styles.place}>
            Question {number} of {count}
          </p>
          {stem && (
            <p id={stemId} className={styles.stem}>
              {stem.text}
            </p>
          )}
        </>
      }
    >
      <RadioGroup
        value={chosen}
        onChange={onChoose}
        className={styles.options ?? ''}
        aria-label={item.text}
        {...(stem ? { 'aria-describedby': stemId } : {})}
      >
        {form.scales[item.scale]?.options.map((option) => (
          <RadioField key={option.id} value={option.id}>
            <RadioButton className={styles.option ?? ''}>
              <span className={styles.mark} aria-hidden="true" />
              {option.text}
            </RadioButton>
          </RadioField>
        ))}
      </RadioGroup>
      <Actions>
        <Button look="primary" isDisabled={chosen === null} onPress={onNext}>
          {isAtEnd ? 'Done' : 'Next'}
        </Button>
        {state.at > 0 && <Button onPress={onBack}>Back</Button>}
      </Actions>
      <div className={styles.quiet}>
        <HearIt texts={[stem, item]} />
        <Button look="quiet" onPress={onLeaveOut}>
          Leave this question out
        </Button>
        {!isAtEnd && (
          <Button look="quiet" onPress={onLeaveRest}>
            Leave out all that follow
          </Button>
        )}
      </div>
    </Panel>
  );
}

/** The question, read aloud for who wants to hear it. */
function HearIt({ texts }: { texts: ({ audio: string | null } | null)[] }) {
  const { sound } = useServices();
  const [isSpeaking, setSpeaking] = useState(false);
  const isLeft = useRef(false);
  useEffect(() => {
    isLeft.current = false;
    return () => {
      isLeft.current = true;
      sound.stop();
    };
  }, [sound]);

  async function speak() {
    setSpeaking(true);
    for (const text of texts) {
      if (text?.audio && !isLeft.current) await sound.play(text.audio).catch(() => undefined); // it is there to read
    }
    if (!isLeft.current) setSpeaking(false);
  }

  if (texts.every((text) => !text?.audio)) return null;
  return (
    <Button look="quiet" isDisabled={isSpeaking} onPress={() => void speak()}>
      {isSpeaking ? 'You are hearing it now' : 'Hear the question'}
    </Button>
  );
}

/** Counts how often the page was left while the form was open; `onBack` hears since when nobody has seen it. */
function useAbsences(onBack: (since_ms: number) => void) {
  const { now } = useServices();
  const count = useRef(0);
  const told = useRef(onBack);
  useEffect(() => {
    told.current = onBack;
  });
  useEffect(() => {
    let since_ms: number | null = null;
    const note = () => {
      if (document.visibilityState === 'hidden') {
        count.current += 1;
        since_ms ??= now();
      } else if (since_ms !== null) {
        told.current(since_ms);
        since_ms = null;
      }
    };
    document.addEventListener('visibilitychange', note);
    return () => document.removeEventListener('visibilitychange', note);
  }, [now]);
  return count;
}
