/** Whether somebody uses this page: what it asks of the server by itself must not keep a sign-in alive. */

const THERE_FOR_MS = 60_000;
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'];

// a page that was just opened was opened by somebody
let lastSign = Date.now();

const note = () => {
  lastSign = Date.now();
};

if (typeof window !== 'undefined') {
  for (const sign of SIGNS) window.addEventListener(sign, note, { capture: true, passive: true });
}

export const isSomebodyThere = (): boolean => Date.now() - lastSign < THERE_FOR_MS;
