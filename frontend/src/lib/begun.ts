/**
 * Which questions of a session have begun here and are not answered yet, so that one that is put from its start again,
 * after a reload, in a new tab or later on the same page, is told. Places in the plan alone are kept: numbers.
 */
const keyOf = (session_id: string): string => `cas-begun/${session_id}`;
const here = new Map<string, ReadonlySet<string>>(); // for a browser that keeps nothing

/** A question begins; says whether it had begun before. */
export function begin(session_id: string, place: string): boolean {
  const begun = begunIn(session_id);
  keep(session_id, new Set(begun).add(place));
  return begun.has(place);
}

/** A question is answered, or left out. */
export function end(session_id: string, place: string): void {
  const begun = new Set(begunIn(session_id));
  if (begun.delete(place)) keep(session_id, begun);
}

function begunIn(session_id: string): ReadonlySet<string> {
  try {
    return new Set(JSON.parse(localStorage.getItem(keyOf(session_id)) ?? '[]') as string[]);
  } catch {
    return here.get(session_id) ?? new Set();
  }
}

function keep(session_id: string, begun: ReadonlySet<string>): void {
  here.set(session_id, begun);
  try {
    if (begun.size === 0) localStorage.removeItem(keyOf(session_id));
    else localStorage.setItem(keyOf(session_id), JSON.stringify([...begun]));
  } catch {
    // what is known on this page has to do
  }
}
