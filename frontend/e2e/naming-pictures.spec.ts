/** The pictures of `naming` as a phone of 390 px shows them: measured by rule, and all of them on one sheet. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Page, expect, test } from '@playwright/test';
import { type Drawn, likeness, measure } from './drawn';
import { SHOWN_PX, root } from './pictures';

const folder = join(root, 'backend/src/cognitive_assessment/instruments/naming');

interface Thing {
  form: string;
  name: string;
  svg: string;
}

/** Every picture with its expected name, form after form. */
function things(): Thing[] {
  const items = readFileSync(join(folder, 'definition.yaml'), 'utf8');
  const texts = readFileSync(join(folder, 'en.yaml'), 'utf8');
  const found = items.matchAll(/id: (\w+)(?:,|\n)\s*form: (\w)(?:,|\n)\s*picture: (\/stimuli\/\S+\.svg)/g);
  return [...found].map(([, id = '', form = '', path = '']) => {
    const name = new RegExp(`^  ${id}: \\[([^,\\]]+)`, 'm').exec(texts)?.[1] ?? '';
    return { form, name, svg: readFileSync(join(root, 'frontend/public', path), 'utf8') };
  });
}

/*
 * What somebody with a sight of 6/18 (the border of moderate impairment, WHO) can tell apart are 3 minutes of arc:
 * 0.35 mm at 40 cm, which is 2.1 px of a phone with 153 CSS px an inch.
 */
const SEEN_PX = 2.1;

// A little below the weakest picture that we know again: the edge of a stethoscope has grey in it, and little area; an
// axe stands where a hammer does (0.81). Two drawings of one thing are 1.
const [LEAST_EDGE, LEAST_SIDE, LEAST_AREA, MOST_ALIKE] = [0.85, 0.6, 0.07, 0.85];

test('every picture can be made out by rule at the size of a phone', async ({ page }) => {
  test.setTimeout(5 * 60_000);
  const all = things();
  expect(all).toHaveLength(40);
  expect(all.filter(({ name }) => !name)).toEqual([]);
  const drawn = new Map<string, Drawn>();
  for (const { name, svg } of all) drawn.set(name, await measure(page, svg, SHOWN_PX));
  const failing = (isFine: (one: Drawn) => boolean) =>
    [...drawn].filter(([, one]) => !isFine(one)).map(([name]) => name);
  expect(failing((one) => one.thinnest_line_px >= SEEN_PX)).toEqual([]);
  expect(failing((one) => one.smallest_thing_px >= 2 * SEEN_PX)).toEqual([]);
  expect(failing((one) => one.edge_share >= LEAST_EDGE)).toEqual([]);
  expect(failing((one) => one.longer_side >= LEAST_SIDE)).toEqual([]);
  expect(failing((one) => one.area >= LEAST_AREA)).toEqual([]);
  expect(pairs(drawn).filter(({ alike }) => alike >= MOST_ALIKE)).toEqual([]);
});

function pairs(drawn: ReadonlyMap<string, Drawn>): { one: string; other: string; alike: number }[] {
  const all = [...drawn];
  return all.flatMap(([one, { grid }], at) =>
    all.slice(at + 1).map(([other, { grid: others }]) => ({ one, other, alike: likeness(grid, others) })),
  );
}

test('a sheet of all pictures to name @screenshots', async ({ page }) => {
  await sheet(page, things());
  await page.screenshot({ path: join(root, 'docs/screenshots/naming-pictures.png'), fullPage: true });
});

/** Form after form, each picture as large as it is shown. */
async function sheet(page: Page, all: readonly Thing[]): Promise<void> {
  await page.setViewportSize({ width: 5 * SHOWN_PX + 120, height: 900 });
  const cells = all.map(
    ({ form, name, svg }) =>
      `<figure><img src="data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}"><figcaption>${form}: ${name}</figcaption></figure>`,
  );
  await page.setContent(`<style>
    body { margin: 20px; display: grid; grid-template-columns: repeat(5, ${SHOWN_PX}px); gap: 20px; font: 20px sans-serif }
    figure { margin: 0; text-align: center } img { width: ${SHOWN_PX}px; height: ${SHOWN_PX}px; outline: 1px solid #ddd }
    </style>${cells.join('')}`);
}
