'use client';
import { type PointerEvent as ReactPointerEvent, useCallback, useEffect, useRef } from 'react';
import { type Drawing, penOf } from './drawing';
import { paint } from './paint';

interface Props {
  drawing: Drawing;
  /** What a screen reader says of it. */
  label: string;
  /** Changes whenever the drawing was changed from outside. */
  version: number;
  /** A time on the clock of pointer events, as ms since the square was shown. */
  sinceShown: (event_time_ms: number) => number;
  /** In the frame in which the empty square was painted first. */
  onShown?: (side_px: number) => void;
  onChange: () => void;
}

/** A square that takes ink from finger, pen or mouse. It has the size that the screen leaves it; strokes do not depend on that. */
export function Canvas({ drawing, label, version, sinceShown, onShown, onChange }: Props) {
  const element = useRef<HTMLCanvasElement>(null);
  const pointer = useRef<number | null>(null);
  const hasPen = useRef(false); // once a pen was used, what else touches the screen is the hand that holds it

  const repaint = useCallback(() => {
    if (element.current) paint(element.current, drawing.visible);
  }, [drawing]);

  useEffect(repaint, [repaint, version]);
  useEffect(() => {
    const canvas = element.current;
    if (!canvas) return;
    const observer = new ResizeObserver(repaint);
    observer.observe(canvas);
    return () => observer.disconnect();
  }, [repaint]);
  useEffect(() => {
    const frame = requestAnimationFrame(() => onShown?.(element.current?.clientWidth ?? 0));
    return () => cancelAnimationFrame(frame);
  }, [onShown]);

  function place(event: PointerEvent, box: DOMRect): [number, number, number, number] {
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    return [x, y, sinceShown(event.timeStamp), event.pressure];
  }

  function down(event: ReactPointerEvent<HTMLCanvasElement>) {
    const input = penOf(event.pointerType);
    hasPen.current ||= input === 'pen';
    const isOther = event.button !== 0 || pointer.current !== null || (hasPen.current && input === 'touch');
    if (isOther) return;
    event.preventDefault();
    const canvas = event.currentTarget;
    if (drawing.begin(input, ...place(event.nativeEvent, canvas.getBoundingClientRect()))) {
      pointer.current = event.pointerId;
      canvas.setPointerCapture(event.pointerId);
      repaint();
    }
    onChange(); // also where nothing was taken: the page then says that the drawing is full
  }

  function move(event: ReactPointerEvent<HTMLCanvasElement>) {
    if (event.pointerId !== pointer.current) return;
    const { nativeEvent } = event;
    const box = event.currentTarget.getBoundingClientRect();
    for (const one of eventsSinceLastFrame(nativeEvent)) drawing.extend(...place(one, box));
    repaint();
  }

  function up(event: ReactPointerEvent<HTMLCanvasElement>) {
    if (event.pointerId !== pointer.current) return;
    pointer.current = null;
    drawing.end();
    repaint();
    onChange();
  }

  return (
    <canvas
      ref={element}
      className="cd-canvas"
      role="img"
      aria-label={label}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      onLostPointerCapture={up}
    />
  );
}

/** Every position since the last frame, where the browser tells them (Safari before 26 does not). */
function eventsSinceLastFrame(event: PointerEvent): PointerEvent[] {
  const between = 'getCoalescedEvents' in event ? event.getCoalescedEvents() : [];
  return between.length > 0 ? between : [event];
}
