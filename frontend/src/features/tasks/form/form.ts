/** A questionnaire as it is answered, item by item, without any drawing. */
import { type InputType, rounded } from '../touch/timing';

export interface Option {
  id: string;
  text: string;
  points: number | null;
}

export interface Spoken {
  text: string;
  audio: string | null;
}

export interface FormItem extends Spoken {
  id: string;
  scale: string;
  /** Put only if an answer with points was given before. */
  only_after_points: boolean;
}

export interface FormNotice {
  item: string;
  options: string[];
  kind: 'flag' | 'disturbance';
  shows_help: boolean;
}

export interface FormParameters {
  items: FormItem[];
  scales: Record<string, { stem: Spoken | null; options: Option[] }>;
  notices: FormNotice[];
}

/** What became of one item so far; times in ms from the start of the form. */
interface Answer {
  option: string | null;
  onset_ms: number;
  reaction_time_ms: number | null;
  time_ms: number;
  change_count: number;
  input: InputType | null;
}

/** The item that is shown, since when, and what was answered; `began_ms` is a time of the page's clock. */
export interface FormState {
  at: number;
  since_ms: number;
  began_ms: number;
  presented_at: Date;
  answers: Readonly<Record<string, Answer>>;
}

export interface FormTrial extends Record<string, unknown> {
  position: number;
  item: string;
  option: string | null;
  onset_ms: number;
  reaction_time_ms: number | null;
  time_ms: number;
  change_count: number;
  input: InputType | null;
}

export function begun(now_ms: number, presented_at: Date): FormState {
  return { at: 0, since_ms: now_ms, began_ms: now_ms, presented_at, answers: {} };
}

/** A form that was laid aside, and the page's clock at that moment. */
export interface FormDraft {
  state: FormState;
  kept_ms: number;
}

/** Time that passed while nobody saw the form, such as a pause or behind another page, belongs to no item; a new page has a clock of its own. */
export function shownAgain({ state, kept_ms }: FormDraft, now_ms: number): FormState {
  const unseen_ms = now_ms - kept_ms;
  const presented_at = new Date(state.presented_at);
  return { ...state, presented_at, since_ms: state.since_ms + unseen_ms, began_ms: state.began_ms + unseen_ms };
}

const answerTo = (state: FormState, item: FormItem): Answer =>
  state.answers[item.id] ?? {
    option: null,
    onset_ms: state.since_ms - state.began_ms,
    reaction_time_ms: null,
    time_ms: 0,
    change_count: 0,
    input: null,
  };

export function choose(
  form: FormParameters,
  state: FormState,
  option: string,
  now_ms: number,
  input: InputType,
): FormState {
  const item = form.items[state.at];
  if (!item) return state;
  const before = answerTo(state, item);
  const isChange = before.option !== null && before.option !== option;
  const answer: Answer = {
    ...before,
    option,
    input,
    reaction_time_ms: before.reaction_time_ms ?? before.time_ms + now_ms - state.since_ms,
    change_count: before.change_count + (isChange ? 1 : 0),
  };
  return { ...state, answers: { ...state.answers, [item.id]: answer } };
}

/** The item that is shown gets no answer; one that it had counts as changed. */
export function leaveOut(form: FormParameters, state: FormState): FormState {
  const item = form.items[state.at];
  if (!item) return state;
  const before = answerTo(state, item);
  const change_count = before.change_count + (before.option === null ? 0 : 1);
  const answer: Answer = { ...before, option: null, reaction_time_ms: null, input: null, change_count };
  return { ...state, answers: { ...state.answers, [item.id]: answer } };
}

/** On to the next item that is put, or back to the one before; `at` is the number of items when all are over. */
export function move(form: FormParameters, state: FormState, step: 1 | -1, now_ms: number): FormState {
  const item = form.items[state.at];
  if (!item) return state;
  const seen = answerTo(state, item);
  const answers = { ...state.answers, [item.id]: { ...seen, time_ms: seen.time_ms + now_ms - state.since_ms } };
  let at = state.at + step;
  while (at >= 0 && form.items[at] && !isPut(form, answers, at)) at += step;
  return at < 0 ? state : { ...state, at, answers, since_ms: now_ms };
}

/** Whether an item is put at all, after what was answered before. */
function isPut(form: FormParameters, answers: FormState['answers'], at: number): boolean {
  return (
    !form.items[at]?.only_after_points || form.items.slice(0, at).some((item) => pointsOf(form, item, answers) > 0)
  );
}

function pointsOf(form: FormParameters, item: FormItem, answers: FormState['answers']): number {
  const option = answers[item.id]?.option;
  return form.scales[item.scale]?.options.find((one) => one.id === option)?.points ?? 0;
}

/** Where the person is: item 3 of 9. What is put only after points is counted once it is put. */
export function placeOf(form: FormParameters, state: FormState): { number: number; count: number } {
  const put = form.items.map((_, at) => at).filter((at) => at === state.at || isPut(form, state.answers, at));
  return { number: put.indexOf(state.at) + 1, count: put.length };
}

export const isLast = (form: FormParameters, state: FormState): boolean =>
  move(form, state, 1, state.since_ms).at >= form.items.length;

/** One trial for each item that was seen, in the order of the form. */
export function trialsOf(form: FormParameters, state: FormState): FormTrial[] {
  return form.items.flatMap((item, position) => {
    const answer = state.answers[item.id];
    if (!answer || !isPut(form, state.answers, position)) return [];
    const { onset_ms, reaction_time_ms, time_ms, ...rest } = answer;
    const times = {
      onset_ms: rounded(onset_ms),
      reaction_time_ms: reaction_time_ms === null ? null : rounded(reaction_time_ms),
      time_ms: rounded(time_ms),
    };
    return [{ position, item: item.id, ...rest, ...times }];
  });
}

/** Whether staff are to be told of an option at once, whatever becomes of the rest of the form. */
export const isFlagged = (form: FormParameters, item: string, option: string): boolean =>
  form.notices.some((notice) => notice.kind === 'flag' && notice.item === item && notice.options.includes(option));

/** Whether these answers are such that the organisation's help text is shown. */
export function needsHelp(parameters: Record<string, unknown>, trials: readonly Record<string, unknown>[]): boolean {
  const notices = (parameters['notices'] ?? []) as FormNotice[];
  return notices.some(
    (notice) =>
      notice.shows_help &&
      trials.some((trial) => trial['item'] === notice.item && notice.options.includes(String(trial['option']))),
  );
}
