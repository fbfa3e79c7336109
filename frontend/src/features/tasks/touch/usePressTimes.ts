import { useCallback, useRef } from 'react';

/**
 * When the press of a button began, by the clock of the event that began it: a press itself tells no time. `handlers`
 * belong on an element around the buttons, `begin` is their `onPressStart`.
 */
export function usePressTimes() {
  const newest_ms = useRef(0);
  const began_ms = useRef(0);
  const note = useCallback(({ timeStamp }: { timeStamp: number }) => {
    newest_ms.current = timeStamp;
  }, []);
  return {
    // they hear of an event before the button does; a screen reader sends a click alone
    handlers: { onPointerDownCapture: note, onMouseDownCapture: note, onKeyDownCapture: note, onClickCapture: note },
    begin: useCallback(() => {
      began_ms.current = newest_ms.current;
    }, []),
    beganAt: useCallback(() => began_ms.current, []),
  };
}
