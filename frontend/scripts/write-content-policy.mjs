// `node scripts/write-content-policy.mjs out`: writes into every built page which scripts it may run, for a host that serves
// the pages as they lie there. The API sets the same policy as a header, when it serves the pages itself.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const INLINE_SCRIPT = /<script(?![^>]*\bsrc=)[^>]*>(.*?)<\/script>/gs;
const MARK = '<meta http-equiv="Content-Security-Policy"';

function policyOf(page) {
  const hashes = [...page.matchAll(INLINE_SCRIPT)].map(([, script]) =>
    createHash('sha256').update(script).digest('base64'),
  );
  const scripts = ["'self'", ...[...new Set(hashes)].sort().map((hash) => `'sha256-${hash}'`)].join(' ');
  return (
    `default-src 'self'; script-src ${scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; ` +
    "media-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'"
  );
}

const folder = process.argv[2];
if (!folder) {
  console.error('Name the folder of the built pages: node scripts/write-content-policy.mjs out');
  process.exit(1);
}
const pages = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.html'));
if (pages.length === 0) {
  console.error(`There are no pages in ${folder}: npm run build`);
  process.exit(1);
}
for (const name of pages) {
  const page = readFileSync(join(folder, name), 'utf8');
  if (page.includes(MARK)) continue;
  if (!page.includes('<head>')) throw new Error(`${name} has no <head>`);
  writeFileSync(
    join(folder, name),
    page.replace('<head>', () => `<head>${MARK} content="${policyOf(page)}"/>`),
  );
}
console.log(`${pages.length} pages say which scripts they may run`);
