/** What can be said by rule of a picture as it is drawn on a screen: sizes in CSS px, contrast as WCAG 2.2 counts it. */
import type { Page } from '@playwright/test';

export interface Drawn {
  /** The thinnest line, and the longer side of the smallest thing that is drawn by one. */
  thinnest_line_px: number;
  smallest_thing_px: number;
  /** How much of the outer edge has a line at it that stands out from the white of the page, 3 to 1 or more. */
  edge_share: number;
  /** The longer side of what is drawn, and its area with what it encloses, as shares of the box. */
  longer_side: number;
  area: number;
  /** Lightness of a coarse grid of the whole box, to compare pictures by. */
  grid: number[];
}

/** Draw an SVG on white at so many px and measure it. */
export function measure(page: Page, svg: string, size_px: number): Promise<Drawn> {
  return page.evaluate(
    async ({ svg, size_px }): Promise<Drawn> => {
      const WHITE_FROM = 0.94; // luminance; what is lighter is no edge that anybody sees
      const GRID = 24;
      const { thinnest_line_px, smallest_thing_px } = sizes();
      const luminance = await painted();
      const outside = flooded();
      const { longer_side, area } = extent();
      return { thinnest_line_px, smallest_thing_px, edge_share: edge(), longer_side, area, grid: grid() };

      /** By the drawing's own figures. */
      function sizes() {
        document.body.innerHTML = `<div style="width:${size_px}px">${svg}</div>`;
        const lines: number[] = [];
        const things: number[] = [];
        for (const one of document.querySelectorAll<SVGGeometryElement>(
          'svg :is(path,line,circle,ellipse,rect,polyline,polygon)',
        )) {
          const style = getComputedStyle(one);
          const at = one.getScreenCTM();
          const isLine = style.stroke !== 'none' && Number(style.strokeOpacity) > 0;
          if (!at || !isLine) continue; // a patch of colour may be small: it is not what a thing is known by
          const scale = Math.sqrt(Math.abs(at.a * at.d - at.b * at.c));
          const width_px = Number.parseFloat(style.strokeWidth) * scale;
          const box = one.getBBox();
          lines.push(width_px);
          things.push(Math.max(box.width, box.height) * scale + width_px);
        }
        return { thinnest_line_px: Math.min(...lines), smallest_thing_px: Math.min(...things) };
      }

      /** Relative luminance of every pixel, as a screen of one device pixel a CSS px shows it. */
      async function painted(): Promise<Float64Array> {
        const image = new Image(size_px, size_px);
        const sized = svg.replace('<svg ', `<svg width="${size_px}" height="${size_px}" `);
        image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(sized)}`;
        await image.decode();
        const canvas = Object.assign(document.createElement('canvas'), { width: size_px, height: size_px });
        const context = canvas.getContext('2d');
        if (!context) throw new Error('This browser draws nothing.');
        context.fillStyle = '#fff';
        context.fillRect(0, 0, size_px, size_px);
        context.drawImage(image, 0, 0, size_px, size_px);
        const { data } = context.getImageData(0, 0, size_px, size_px);
        const linear = (value: number) => {
          const part = value / 255;
          return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        };
        return Float64Array.from({ length: size_px * size_px }, (_, at) => {
          const [red = 0, green = 0, blue = 0] = data.slice(4 * at, 4 * at + 3);
          return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
        });
      }

      /** Where the page can be reached from the border of the box over white alone. */
      function flooded(): Uint8Array {
        const seen = new Uint8Array(size_px * size_px);
        const waiting: number[] = [];
        const visit = (x: number, y: number) => {
          const at = y * size_px + x;
          if (x < 0 || y < 0 || x >= size_px || y >= size_px || seen[at] || (luminance[at] ?? 0) < WHITE_FROM) return;
          seen[at] = 1;
          waiting.push(at);
        };
        for (let at = 0; at < size_px; at++) {
          visit(at, 0);
          visit(at, size_px - 1);
          visit(0, at);
          visit(size_px - 1, at);
        }
        for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
          const x = at % size_px;
          const y = Math.floor(at / size_px);
          visit(x - 1, y);
          visit(x + 1, y);
          visit(x, y - 1);
          visit(x, y + 1);
        }
        return seen;
      }

      function extent() {
        let [left, right, top, bottom, count] = [size_px, -1, size_px, -1, 0];
        outside.forEach((isOutside, at) => {
          if (isOutside) return;
          const x = at % size_px;
          const y = Math.floor(at / size_px);
          [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
          count += 1;
        });
        const longer_side = Math.max(right - left + 1, bottom - top + 1) / size_px;
        return { longer_side, area: count / outside.length };
      }

      /** An edge pixel has its line where within a line's width something is dark enough beside white. */
      function edge(): number {
        const reach = Math.ceil(thinnest_line_px / 2);
        let [edges, seen] = [0, 0];
        outside.forEach((isOutside, at) => {
          const beside = [at - 1, at + 1, at - size_px, at + size_px];
          if (isOutside || !beside.some((one) => outside[one])) return;
          edges += 1;
          let darkest = 1;
          for (let down = -reach; down <= reach; down++)
            for (let along = -reach; along <= reach; along++)
              darkest = Math.min(darkest, luminance[at + down * size_px + along] ?? 1);
          if (1.05 / (darkest + 0.05) >= 3) seen += 1;
        });
        return seen / edges;
      }

      function grid(): number[] {
        const sums = new Array<number>(GRID * GRID).fill(0);
        const counts = new Array<number>(GRID * GRID).fill(0);
        luminance.forEach((value, at) => {
          const column = Math.floor(((at % size_px) * GRID) / size_px);
          const row = Math.floor((Math.floor(at / size_px) * GRID) / size_px);
          const cell = row * GRID + column;
          sums[cell] = (sums[cell] ?? 0) + Math.cbrt(value); // as light as it looks
          counts[cell] = (counts[cell] ?? 0) + 1;
        });
        return sums.map((sum, cell) => sum / (counts[cell] ?? 1));
      }
    },
    { svg, size_px },
  );
}

/** How alike two pictures are where they stand: the correlation of their grids, 1 for the same. */
export function likeness(one: readonly number[], other: readonly number[]): number {
  const mean = (some: readonly number[]) => some.reduce((sum, value) => sum + value, 0) / some.length;
  const [a, b] = [mean(one), mean(other)];
  const sum = (term: (x: number, y: number) => number) =>
    one.reduce((total, value, at) => total + term(value - a, (other[at] ?? 0) - b), 0);
  return sum((x, y) => x * y) / Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y));
}
