/** Nine symbols of our own (CC BY-SA 4.0), drawn with one pen: plain strokes, none a letter, a digit or a known sign. */
const PATHS = [
  'M8 32 L20 8 L32 32',
  'M8 10 H32 M20 10 V32',
  'M20 8 A12 12 0 1 0 20 32',
  'M8 8 L32 32 M8 32 L20 20',
  'M8 14 H32 M8 26 H32 M26 8 V32',
  'M20 6 L34 20 L20 34 L6 20 Z M20 6 V34',
  'M8 32 V20 A12 12 0 0 1 32 20 M20 22 V32',
  'M10 8 V32 H32 M10 20 H24',
  'M8 20 A6 6 0 0 1 20 20 A6 6 0 0 0 32 20 M20 8 V14',
];

export const SYMBOL_COUNT = PATHS.length;

/** The drawing of one symbol as markup, for the timed task, which writes to the page itself. */
export function symbolMarkup(symbol: number, size_px: number): string {
  return `<svg width="${size_px}" height="${size_px}" viewBox="0 0 40 40" aria-hidden="true" focusable="false"><path d="${PATHS[symbol] ?? ''}" fill="none" stroke="currentColor" stroke-width="3.2" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
}
