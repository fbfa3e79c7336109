/** Journeys in a real Chromium against a real system of their own, with a real human voice as the microphone. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { VOICE } from './system';

process.env.CAS_E2E_DIR ??= mkdtempSync(join(tmpdir(), 'cas-e2e-'));
const SPOKEN = 'journey.spec.ts';
const CONSENT = 'consent.spec.ts';

export default defineConfig({
  testDir: '.',
  globalSetup: './system.ts',
  outputDir: join(process.env.CAS_E2E_DIR, 'results'),
  workers: 2, // files side by side; each worker has a microphone of its own
  // here, because what is asked for on the command line does not hold for a project that another one waits for
  grepInvert: process.env.CAS_E2E_PICTURES || process.env.CAS_E2E_TIMING ? [] : /@screenshots|@timing|@full/,
  // the longest first, the others beside it; new words of a consent would be put to whoever is on the way, so they wait
  projects: [
    { name: 'spoken', testMatch: SPOKEN },
    { name: 'others', testIgnore: [SPOKEN, CONSENT] },
    { name: 'consent', testMatch: CONSENT, dependencies: ['spoken', 'others'] },
  ],
  retries: 1, // the recogniser may mishear a sequence that chance has made; a second failure is one of ours
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['./failures.ts']],
  use: {
    trace: 'retain-on-failure',
    viewport: { width: 390, height: 844 },
    launchOptions: {
      ...(process.env.CAS_BROWSER ? { executablePath: process.env.CAS_BROWSER } : {}),
      args: [
        '--no-sandbox', // the journeys also run where nobody but root is there
        '--disable-background-networking',
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-audio-capture=${join(process.env.CAS_E2E_DIR, VOICE)}%noloop`,
      ],
    },
  },
});
