/** The answers to a form, put together with its questions and words. */

export interface FormTrial {
  item: string;
  option: string | null;
  reaction_time_ms: number | null;
  change_count: number;
}

interface Sum {
  measure: string;
  title: string;
  source: string;
  bands: { lowest: number; text: string }[];
}

export interface FormParameters {
  items: { id: string; text: string; scale: string }[];
  scales: Record<string, { options: { id: string; text: string; points: number | null }[] }>;
  sums: Sum[];
  notices: { item: string; options: string[]; kind: string }[];
}

export interface AnswerRow {
  number: number;
  text: string;
  answer: string;
  points: number | null;
  taken_ms: number | null;
  change_count: number;
  isFlagged: boolean;
}

export function rows(form: FormParameters, trials: readonly FormTrial[]): AnswerRow[] {
  return form.items.map((item, index) => {
    const trial = trials.find((one) => one.item === item.id);
    const option = form.scales[item.scale]?.options.find((one) => one.id === trial?.option);
    return {
      number: index + 1,
      text: item.text,
      answer: option?.text ?? (trial ? 'Left out' : 'Not put'),
      points: option?.points ?? null,
      taken_ms: trial?.reaction_time_ms ?? null,
      change_count: trial?.change_count ?? 0,
      isFlagged: form.notices.some(
        (notice) =>
          notice.kind === 'flag' && notice.item === item.id && !!trial?.option && notice.options.includes(trial.option),
      ),
    };
  });
}

/** The words of the band in which a sum lies. */
export function bandOf(sum: Sum, value: number): string | null {
  return sum.bands.filter((band) => band.lowest <= value).at(-1)?.text ?? null;
}
