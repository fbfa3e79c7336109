/** Calls `onAway` when another page or window comes in front: once, until the person is back. */
export function watchAttention(onAway: () => void, signal: AbortSignal): void {
  let isAway = false;
  const away = () => {
    if (!isAway) onAway();
    isAway = true;
  };
  const look = () => {
    if (document.visibilityState === 'hidden') away();
    else isAway = false;
  };
  document.addEventListener('visibilitychange', look, { signal });
  window.addEventListener('blur', away, { signal });
  window.addEventListener('focus', look, { signal });
}
