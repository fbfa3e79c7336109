/** Pictures of the error server for the documentation, of its list and of one event: `node error-server.mjs URL USER PASSWORD PATH`. */
import { chromium } from '@playwright/test';

const [url, user, password, path] = process.argv.slice(2);
const executablePath = process.env.CAS_BROWSER;
const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ['--no-sandbox'] });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  await page.goto(`${url}/accounts/login/`);
  await page.fill('input[name=username]', user);
  await page.fill('input[name=password]', password);
  await page.press('input[name=password]', 'Enter');
  await page.waitForURL((address) => !address.pathname.includes('login'));
  await page.goto(`${url}/issues/1/`);
  await page.screenshot({ path, animations: 'disabled' });
  await page.getByRole('link', { name: 'ProgrammingError' }).click();
  await page.getByRole('link', { name: 'Event Details' }).click();
  await page.screenshot({ path: path.replace('error-reports', 'error-report'), animations: 'disabled' });
} finally {
  await browser.close();
}
