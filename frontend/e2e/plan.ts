/** The plan of a session, as far as a person on its way has to know it. */
import type { Page } from '@playwright/test';
import type { PlanPart } from '../src/features/session/types';

export type { PlanPart, PlannedQuestion } from '../src/features/session/types';

export interface Planned {
  session_id: string;
  time_zone: string;
  parts: PlanPart[];
}

export async function planOf(page: Page): Promise<Planned> {
  return page.evaluate(async () => {
    const { session_id } = (await (await fetch('/api/me')).json()) as { session_id: string };
    const session = (await (await fetch(`/api/sessions/${session_id}`)).json()) as {
      time_zone: string;
      plan: { parts: PlanPart[] };
    };
    return { session_id, time_zone: session.time_zone, parts: session.plan.parts };
  });
}
