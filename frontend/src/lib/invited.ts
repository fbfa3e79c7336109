/** Which battery an accepted invitation is for; kept in the tab, so that a reload goes on. */
export interface Invited {
  battery: string;
  locale: string;
}

const KEY = 'cas-invited';

export function rememberInvitation(invited: Invited): void {
  sessionStorage.setItem(KEY, JSON.stringify(invited));
}

export function rememberedInvitation(): Invited | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Invited | null;
  } catch {
    return null;
  }
}

const BESIDE = 'cas-examiner';

/** That staff sit beside the person on this device, until the tab is closed or a link is opened. */
export function rememberExaminer(isBeside: boolean): void {
  if (isBeside) sessionStorage.setItem(BESIDE, 'yes');
  else sessionStorage.removeItem(BESIDE);
}

export const isExaminerBeside = (): boolean => sessionStorage.getItem(BESIDE) === 'yes';
