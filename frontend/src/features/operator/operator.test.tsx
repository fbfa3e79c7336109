// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Facts, OperatorPage } from './OperatorPage';
import { runsOf } from './PlotsSection';
import { type Alert, type Figure, type Operation, type Point, length, percent, seconds } from './operation';

beforeEach(() => {
  vi.stubGlobal(
    'fetch',
    vi.fn(() => Promise.resolve(Response.json({ lines: [] }))),
  );
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const NOW = '2026-11-24T05:00:00Z';
const none = { value: null, count: 0 };
const AVAILABILITY: Figure = {
  name: 'availability',
  title: 'Availability',
  unit: 'fraction',
  target: 0.999,
  is_at_least: true,
  count_of: 'looks',
  windows: { '1': { value: 1, count: 5760 }, '7': { value: 0.9985, count: 40_320 }, '30': none },
};
const SPEED: Figure = {
  ...AVAILABILITY,
  name: 'response_time',
  title: 'Response time, 95 of 100',
  unit: 's',
  target: 2,
  is_at_least: false,
  count_of: 'requests',
  windows: { '1': { value: 0.0412, count: 900 }, '7': { value: 2.5, count: 4000 }, '30': none },
};
const OPERATION: Operation = {
  timestamp: NOW,
  health: {
    status: 'degraded',
    checks: {
      database: { status: 'healthy', message: 'Connected' },
      backups: { status: 'unhealthy', message: 'The newest backup is 3.0 hours old' },
    },
  },
  figures: [AVAILABILITY, SPEED],
  error_budget_left: { '30': 0.4 },
  use: {
    active: { day: 2, month: 9 },
    days: [
      { day: '2026-11-23', active: 1, started: 1, completed: 1, rated: 0, satisfied: 0 },
      { day: '2026-11-24', active: 2, started: 3, completed: 2, rated: 1, satisfied: 1 },
    ],
  },
  queue: { waiting: 4, running: 1, failed: 0, oldest_waiting_s: 720 },
  backups: {
    count: 12,
    interval_s: 3600,
    newest_at: '2026-11-24T02:00:00Z',
    last_proof: null,
    last_proven: null,
    last_drill: null,
  },
  model: { is_verified: true, message: 'Models loaded', checked_at: NOW, recogniser: 'tiny.en', version: 'b16c2cd4' },
  machine: {
    has_archive: true,
    disks: { data: { free_bytes: 5e9, size_bytes: 100e9 } },
    processes: [{ part: 'API', count: 2, memory_bytes: 150e6 }],
    running_since: '2026-11-23T05:00:00Z',
  },
  versions: { python: '3.11.7', 'cognitive-assessment': '0.1.0', schema: null },
  deployments: [{ commit: '0123456789ab-and-more', at: '2026-11-24T02:00:00Z', duration_s: 31 }],
  errors: [{ at: '2026-11-24T04:58:00Z', part: 'api', message: 'unexpected KeyError in questions.get' }],
  alerts: { looked_at: NOW, current: [], pending: [], past: [], untold: 0 },
  contacts: { on_call: null, emergency: [], roles: [], runbook: 'docs/RUNBOOK.md' },
  addresses: [],
  database: { connections: 9, connections_allowed: 60, statements: null },
  plots: { '1': [], '7': [] },
  error_patterns: [],
};
const ALERT: Alert = {
  name: 'CasDatabaseLost',
  severity: 'critical',
  about: 'database',
  summary: 'The connection to the database is lost.',
  action: 'cas db check.',
  runbook: 'the-database',
  since: '2026-11-24T04:50:00Z',
  is_told: true,
};
const POINT: Point = {
  at: '2026-11-24T04:45:00Z',
  up: 1,
  requests: 120,
  error_rate: 0,
  response_time: 0.04,
  cpu: 0.2,
  memory: 0.5,
};
const PROOF = {
  backup: '20261101T020000Z',
  proven_at: '2026-11-01T03:00:00Z',
  is_proven: true,
  duration_s: 8.4,
  tables: 15,
  recordings: 203,
};

function card(heading: string): HTMLElement {
  const found = screen.getByRole('heading', { name: heading }).parentElement;
  if (!found) throw new Error(`no card ${heading}`);
  return found;
}

test('every figure stands beside its target, and says in words whether it is met', () => {
  render(<Facts operation={OPERATION} />);
  const availability = within(card('Availability'));
  availability.getByText('Target: at least 99.9 %');
  availability.getByText('100 %', { exact: false });
  expect(availability.getByText(/99\.85 %/).textContent).toContain('target missed');
  availability.getByText('40,320 looks');
  availability.getByText('none yet');
  const speed = within(card('Response time, 95 of 100'));
  expect(speed.getByText(/41 ms/).textContent).toContain('target met');
  expect(speed.getByText(/2\.5 s/).textContent).toContain('target missed');
});

test('what is wrong now stands with what to do first, where to read on and whom to call', () => {
  const past = { ...ALERT, name: 'CasDiskLow', summary: 'The disk was full.', ended_at: '2026-11-24T04:55:00Z' };
  const alerts = { ...OPERATION.alerts, current: [ALERT], past: [past] };
  const emergency = [{ role: 'Primary', how: 'Night desk, +44 20 7946 0000' }];
  const contacts = { ...OPERATION.contacts, emergency, runbook: 'https://intranet.example.org/RUNBOOK' };
  render(<Facts operation={{ ...OPERATION, alerts, contacts }} />);
  screen.getByText('1 now');
  screen.getByText('The connection to the database is lost.');
  screen.getByText('First: cas db check.');
  screen.getByText(/For 10 minutes, since 2026-11-24 04:50 UTC/);
  const link = screen.getByRole('link', { name: 'the database' });
  expect(link.getAttribute('href')).toBe('https://intranet.example.org/RUNBOOK#the-database');
  within(card('Over')).getByText(/over 5 minutes ago, lasted 5 minutes/);
  within(card('Whom to call')).getByText('Night desk, +44 20 7946 0000');
});

test('while nobody is named and nobody has looked, that is said', () => {
  render(<Facts operation={{ ...OPERATION, alerts: { ...OPERATION.alerts, looked_at: null, untold: 2 } }} />);
  screen.getByText('Not looked at by this system');
  screen.getByText(/2 wait and are tried again/);
  within(card('Whom to call')).getByText('Nobody is named');
});

test('addresses say whether they answer, the database how full it is and where its time goes', () => {
  const asked = { url: 'https://console.neon.tech', status: 200, took_ms: 31 };
  const addresses = [
    { ...asked, name: 'Neon', is_answering: true },
    { ...asked, name: 'Sentry', is_answering: false, status: 502 },
    { ...asked, name: 'Railway', is_answering: null },
  ];
  const statements = [{ text: 'SELECT 1 FROM sessions WHERE id = $1', calls: 1200, total_ms: 2500, mean_ms: 2.08 }];
  const database = { connections: 55, connections_allowed: 60, statements };
  render(<Facts operation={{ ...OPERATION, addresses, database }} />);
  screen.getByText('Answers in 31 ms');
  screen.getByText('Fails (502)');
  screen.getByText('Not asked yet');
  screen.getByText('55 of 60');
  screen.getByText(/2\.5 s in all, 1,200 calls/);
});

test('a line is drawn over time, with a gap where nobody looked', async () => {
  const gap = { ...POINT, requests: null, cpu: null };
  const plots = { '1': [POINT, POINT, gap, POINT], '7': [gap] };
  render(<Facts operation={{ ...OPERATION, plots }} />);
  screen.getByRole('img', { name: /^Requests from 11-24 04:45 UTC until now, at most 120/ });
  expect(runsOf([1, 2, null, 3])).toEqual([
    { begin: 0, values: [1, 2] },
    { begin: 3, values: [3] },
  ]);
  fireEvent.click(screen.getByRole('button', { name: 'Seven days' }));
  await waitFor(() => within(card('Requests')).getByText('Nothing was measured yet.'));
});

test('an error pattern is counted week against week, and a new one is marked', () => {
  const pattern = {
    part: 'api',
    kind: 'KeyError',
    place: '/api/questions',
    this_week: 3,
    week_before: 0,
    is_new: true,
  };
  render(<Facts operation={{ ...OPERATION, error_patterns: [pattern] }} />);
  const row = screen.getByRole('row', { name: /KeyError/ });
  expect(row.textContent).toContain('new');
  expect(
    within(row)
      .getAllByRole('cell')
      .map((cell) => cell.textContent),
  ).toEqual(['3', '0']);
});

test('the log is asked for with what was chosen, and nothing else', async () => {
  const line = { at: NOW, level: 'info', part: 'api', message: 'request', method: 'GET', route: '/api/me' };
  const fetched = vi.fn((path: string) =>
    Promise.resolve(
      Response.json({ lines: path.includes('status=500') ? [] : [{ ...line, status: 200, duration_ms: 12 }] }),
    ),
  );
  vi.stubGlobal('fetch', fetched);
  render(<Facts operation={OPERATION} />);
  await waitFor(() => screen.getByText('GET /api/me'));
  expect(fetched.mock.calls.at(-1)?.[0]).toBe('/api/operation/log?level=info');
  fireEvent.change(screen.getByLabelText('Answered with'), { target: { value: '500' } });
  await waitFor(() => screen.getByText('No such line at the end of the log.'));
  expect(fetched.mock.calls.at(-1)?.[0]).toBe('/api/operation/log?level=info&status=500');
});

test('what needs a look is said where it stands', () => {
  render(<Facts operation={OPERATION} />);
  screen.getByText('It serves, but something needs a look');
  within(card('Queue')).getByText('12 minutes');
  within(card('Newest backup')).getByText('3 hours old');
  within(card('Newest backup')).getByText('runs');
  within(card('Last proven restore')).getByText('None yet');
  within(card('Machine')).getByText('5.0 % free');
  within(card('Newest errors')).getByText('unexpected KeyError in questions.get');
});

test('a proof that failed stands above the last that went well', () => {
  const failed = { ...PROOF, is_proven: false, proven_at: '2026-11-24T03:00:00Z' };
  const backups = { ...OPERATION.backups, last_proof: failed, last_proven: PROOF };
  render(<Facts operation={{ ...OPERATION, backups }} />);
  const proven = within(card('Last proven restore'));
  proven.getByText('The last proof, 2 hours ago, failed');
  proven.getByText('23 days ago');
  proven.getByText('15 tables, 203 recordings');
});

test('the last drill says how soon a copy was back and what was lost', () => {
  const drill = {
    drilled_at: '2026-11-24T03:00:00Z',
    rows: 10,
    recordings: 3,
    is_within_targets: true,
    from_backup: { rto_s: 42, rpo_s: 1800 },
    from_archive: { rto_s: 9, rpo_s: 0 },
  };
  render(<Facts operation={{ ...OPERATION, backups: { ...OPERATION.backups, last_drill: drill } }} />);
  const shown = within(card('Last drill'));
  shown.getByText('2 hours ago');
  shown.getByText('ready after 42 s, 30 minutes lost');
  shown.getByText('ready after 9.0 s, nothing lost');
  within(card('Put into service')).getByText('3 hours ago, ready after 31 s');
});

test('an accessible page: no faults, and the picture of the days has words and a table', async () => {
  const { container } = render(<Facts operation={OPERATION} />);
  const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map((violation) => violation.id)).toEqual([]);
  screen.getByRole('img', { name: /from 2026-11-23 to 2026-11-24; at most 2 a day/ });
});

test('while the figures cannot be had, the health still says which part is away', async () => {
  const away = { status: 'unhealthy', checks: { database: { status: 'unhealthy', message: 'It cannot be reached.' } } };
  vi.stubGlobal(
    'fetch',
    vi.fn((path: string) =>
      Promise.resolve(
        path === '/api/health'
          ? Response.json(away, { status: 503 })
          : Response.json({ status: 503, code: 'unavailable', title: 'The database is away.' }, { status: 503 }),
      ),
    ),
  );
  render(<OperatorPage />);
  await waitFor(() => screen.getByText('It cannot be reached.'));
  expect(screen.getByRole('alert').textContent).toContain('The database is away.');
});

test.each([
  [0.99999, '99.99 %'],
  [1, '100 %'],
  [0.05, '5.0 %'],
  [0, '0 %'],
  [0.654, '65 %'],
])('a share of %f is never rounded up to a whole: %s', (fraction, words) => {
  expect(percent(fraction)).toBe(words);
});

test('lengths of time are written in their largest unit', () => {
  expect([0, 1, 59, 60, 7200, 86_400].map(length)).toEqual([
    '0 seconds',
    '1 second',
    '59 seconds',
    '1 minute',
    '2 hours',
    '1 day',
  ]);
  expect([0.041, 1.94, 31.2].map(seconds)).toEqual(['41 ms', '1.9 s', '31 s']);
});
