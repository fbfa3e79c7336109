'use client';
import { useEffect, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { Actions, Notice, Panel } from '@/components/ui/Panel';
import type { PlannedQuestion } from '@/features/session/types';
import { useServices } from '@/lib/services';
import type { TouchTaskProps } from '../touch/task';
import { rounded } from '../touch/timing';
import { Canvas } from './Canvas';
import { Drawing } from './drawing';
import { useShownAt } from './useShownAt';
import './clock_drawing.css';

/** A square to try the pen in, then an empty one for the clock. */
export function ClockDrawingTask(props: TouchTaskProps) {
  const [isTried, setTried] = useState(false);
  return isTried ? (
    <ClockSheet {...props} />
  ) : (
    <TrySheet question={props.question} onGoOn={() => setTried(true)} onSkip={props.onSkip} />
  );
}

const never = () => 0;

function TrySheet({ question, onGoOn, onSkip }: { question: PlannedQuestion; onGoOn: () => void; onSkip: () => void }) {
  const [drawing] = useState(() => new Drawing());
  const [version, setVersion] = useState(0);
  const isTried = drawing.visible.some((stroke) => stroke.points.length > 5) && !drawing.is_drawing;
  return (
    <Panel title="Try it first">
      <p>Draw a line or two in the square: with your finger, a pen or the mouse. This drawing is not kept.</p>
      <Canvas
        drawing={drawing}
        label={`Square to try drawing in, before ${question.title}`}
        version={version}
        sinceShown={never}
        onChange={() => setVersion((before) => before + 1)}
      />
      <Actions>
        <Button look="primary" isDisabled={!isTried} onPress={onGoOn}>
          That works, go on
        </Button>
        <LeaveOut onSkip={onSkip} />
      </Actions>
    </Panel>
  );
}

function ClockSheet({ question, onTrials, onSkip, onTimed }: TouchTaskProps) {
  const { now, sound } = useServices();
  const shown = useShownAt(now);
  const [drawing] = useState(() => new Drawing());
  const [version, setVersion] = useState(0);
  const [isOver, setOver] = useState(false);
  const changed = () => setVersion((before) => before + 1);
  const count = drawing.visible.length;
  usePrompt(question);

  // A pause would lose what is drawn. From the beginning, so that no button that goes moves the square under the pen.
  useEffect(() => {
    onTimed(true);
    return () => onTimed(false);
  }, [onTimed]);

  function finish() {
    if (isOver) return;
    setOver(true);
    const { presented_at, side_px, refresh_rate_hz, interruption_count } = shown.facts();
    const summary = {
      duration_ms: rounded(shown.sinceShown(now())),
      completed: true,
      undo_count: drawing.undo_count,
      clear_count: drawing.clear_count,
      is_full: drawing.is_full,
      side_px,
      pixel_ratio: window.devicePixelRatio || 1,
      refresh_rate_hz,
      interruption_count,
    };
    onTrials(
      drawing.strokes.map((stroke) => ({ ...stroke })),
      summary,
      presented_at,
    );
  }

  const { audio, text } = question.prompt;
  return (
    <Panel title={question.title}>
      <p className="cd-prompt">{text}</p>
      <Canvas
        drawing={drawing}
        label={`Square for your drawing, ${count === 0 ? 'empty' : `${count} lines drawn`}`}
        version={version}
        sinceShown={shown.sinceShown}
        onShown={shown.onShown}
        onChange={changed}
      />
      {drawing.is_full && (
        <Notice tone="warning">
          <p>The square holds no more lines. Please press “I have finished”.</p>
        </Notice>
      )}
      <Tools
        isEmpty={count === 0}
        onUndo={() => {
          drawing.undo(shown.sinceShown(now()));
          changed();
        }}
        onClear={() => {
          drawing.clear(shown.sinceShown(now()));
          changed();
        }}
        onHear={audio ? () => void sound.play(audio).catch(() => undefined) : null}
      />
      <Actions>
        <Button look="primary" isDisabled={count === 0 || isOver} onPress={finish}>
          I have finished
        </Button>
        <LeaveOut onSkip={onSkip} />
      </Actions>
    </Panel>
  );
}

/** The task is said once when it appears; it also stays to be read. */
function usePrompt(question: PlannedQuestion): void {
  const { sound } = useServices();
  const { audio } = question.prompt;
  useEffect(() => {
    if (audio) void sound.play(audio).catch(() => undefined);
    return () => sound.stop();
  }, [audio, sound]);
}

interface ToolsProps {
  isEmpty: boolean;
  onUndo: () => void;
  onClear: () => void;
  onHear: (() => void) | null;
}

function Tools({ isEmpty, onUndo, onClear, onHear }: ToolsProps) {
  const [isAsking, setAsking] = useState(false);
  return (
    <div className="cd-tools">
      <Button isDisabled={isEmpty} onPress={onUndo}>
        Take back last line
      </Button>
      <Button isDisabled={isEmpty} onPress={() => setAsking(true)}>
        Clear all
      </Button>
      {onHear && (
        <Button look="quiet" onPress={onHear}>
          Hear it again
        </Button>
      )}
      <Dialog title="Clear the whole drawing?" isOpen={isAsking} onClose={() => setAsking(false)}>
        <p>The square will be empty, and you begin again.</p>
        <Actions>
          <Button look="primary" onPress={() => setAsking(false)}>
            Keep my drawing
          </Button>
          <Button
            onPress={() => {
              setAsking(false);
              onClear();
            }}
          >
            Clear it
          </Button>
        </Actions>
      </Dialog>
    </div>
  );
}

/** Drawing needs a hand; whoever uses a keyboard or a screen reader is told so and goes on without. */
function LeaveOut({ onSkip }: { onSkip: () => void }) {
  return (
    <Button look="quiet" onPress={onSkip}>
      I cannot draw here: leave it out
    </Button>
  );
}
