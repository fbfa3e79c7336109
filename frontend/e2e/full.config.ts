/** The whole battery by one person on a phone and by another at a desk, side by side: `make e2e-full`. */
import { defineConfig } from '@playwright/test';
import base from './playwright.config';

const MINUTE = 60_000;
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const desk = { viewport: { width: 1280, height: 900 } };

export default defineConfig({
  ...base,
  testMatch: 'full.spec.ts',
  grepInvert: [],
  fullyParallel: true,
  retries: 0,
  timeout: 90 * MINUTE,
  expect: { timeout: MINUTE },
  use: { ...base.use, actionTimeout: MINUTE },
  projects: [
    { name: 'phone', use: phone },
    { name: 'desk', use: desk },
  ],
});
