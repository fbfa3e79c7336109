/** Make a page of a running system fail, and say how its report was answered: `node break-page.mjs SYSTEM-URL TEXT`. */
import { chromium } from '@playwright/test';

const [url, text] = process.argv.slice(2);
const executablePath = process.env.CAS_BROWSER;
const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ['--no-sandbox'] });
try {
  const page = await browser.newPage();
  const refused = [];
  page.on('console', (line) => {
    if (line.text().includes('Content Security Policy')) refused.push(line.text());
  });
  const answered = page.waitForResponse((answer) => answer.url().includes('/envelope/'), { timeout: 20_000 });
  // an answer of another shape than the page expects: it cannot be drawn
  const user = { id: text, email: text, role: 'clinician', display_name: { [text]: text } };
  await page.route('**/api/me', (route) => route.fulfill({ json: { user } }));
  await page.goto(`${url}/clinic?name=${encodeURIComponent(text)}`);
  const status = (await answered).status();
  const elsewhere = await page.evaluate(() => fetch('http://127.0.0.1:9/').then(String, String));
  console.log(JSON.stringify({ status, refused, elsewhere }));
} finally {
  await browser.close();
}
