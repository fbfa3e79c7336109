import qrcode from 'qrcode-generator';

const QUIET_MODULES = 4; // the white margin that a reader needs

/** The code of an address as an SVG path of unit squares, and the width of the whole in squares. */
export function qrPath(address: string): { path: string; width: number } {
  const code = qrcode(0, 'M');
  code.addData(address);
  code.make();
  const count = code.getModuleCount();
  let path = '';
  for (let row = 0; row < count; row += 1) {
    for (let column = 0; column < count; column += 1) {
      if (code.isDark(row, column)) path += `M${column + QUIET_MODULES} ${row + QUIET_MODULES}h1v1h-1z`;
    }
  }
  return { path, width: count + 2 * QUIET_MODULES };
}
