/** What the server tells of the machine, and how its numbers are written. Nothing here is about a person. */
import { request } from '@/lib/api-client';

export interface Check {
  status: string;
  message: string;
}

export interface Health {
  status: string;
  checks: Record<string, Check>;
}

export type Window = '1' | '7' | '30' | 'now';

export interface Measured {
  value: number | null;
  /** How many looks, requests or ratings it rests on. */
  count: number;
}

export interface Figure {
  name: string;
  title: string;
  unit: 'fraction' | 's';
  target: number;
  is_at_least: boolean;
  count_of: string;
  windows: Partial<Record<Window, Measured>>;
}

export interface Day {
  day: string;
  active: number;
  started: number;
  completed: number;
  rated: number;
  satisfied: number;
}

export interface Proof {
  backup: string;
  proven_at: string;
  is_proven: boolean;
  duration_s: number;
  tables: number;
  recordings: number;
}

/** How long a copy took to come back, and how much of it was lost. */
export interface Recovery {
  rto_s: number;
  rpo_s: number;
}

export interface Drill {
  drilled_at: string;
  rows: number;
  recordings: number;
  is_within_targets: boolean;
  from_backup: Recovery;
  from_archive?: Recovery;
}

export interface Deployment {
  commit: string;
  at: string;
  duration_s: number;
}

export interface Backups {
  count: number;
  interval_s: number;
  newest_at: string | null;
  last_proof: Proof | null;
  last_proven: Proof | null;
  last_drill: Drill | null;
}

export interface Queue {
  waiting: number;
  running: number;
  failed: number;
  oldest_waiting_s: number;
}

export interface Model {
  is_verified: boolean | null;
  message: string | null;
  checked_at: string | null;
  recogniser: string;
  version: string | null;
}

export interface Machine {
  /** Whether every commit is written down in a second place, by a process of this system. */
  has_archive: boolean;
  disks: Record<string, { free_bytes: number; size_bytes: number }>;
  processes: { part: string; count: number; memory_bytes: number }[];
  running_since: string | null;
}

export interface LogLine {
  at: string;
  part: string;
  message: string;
}

export interface Alert {
  name: string;
  severity: string;
  about: string;
  summary: string;
  action: string;
  /** The section of the runbook. */
  runbook: string;
  since: string;
  ended_at?: string;
  is_told: boolean;
}

export interface Alerts {
  looked_at: string | null;
  current: Alert[];
  pending: Alert[];
  past: Alert[];
  /** Messages that the chat did not take yet. */
  untold: number;
}

export interface Contact {
  role: string;
  how: string;
}

export interface Contacts {
  on_call: string | null;
  emergency: Contact[];
  roles: Contact[];
  runbook: string;
}

export interface Address {
  name: string;
  url: string;
  is_answering: boolean | null;
  status: number | null;
  took_ms: number | null;
}

export interface Statement {
  text: string;
  calls: number;
  total_ms: number;
  mean_ms: number;
}

export interface Database {
  connections: number;
  connections_allowed: number;
  /** Null where the database keeps no statistics. */
  statements: Statement[] | null;
}

export interface Point {
  at: string;
  up: number | null;
  requests: number | null;
  error_rate: number | null;
  response_time: number | null;
  cpu: number | null;
  memory: number | null;
}

export interface ErrorPattern {
  part: string;
  kind: string;
  place: string;
  this_week: number;
  week_before: number;
  is_new: boolean;
}

export interface LoggedLine {
  at: string;
  level: string;
  part: string;
  message: string;
  method?: string;
  route?: string;
  status?: number;
  duration_ms?: number;
}

export interface LogFilter {
  part: string;
  level: string;
  route: string;
  status: string;
  slower_than_ms: string;
}

export interface Operation {
  timestamp: string;
  health: Health;
  figures: Figure[];
  error_budget_left: Partial<Record<Window, number | null>>;
  use: { active: { day: number; month: number }; days: Day[] };
  queue: Queue;
  backups: Backups;
  model: Model;
  machine: Machine;
  versions: Record<string, string | null>;
  deployments: Deployment[];
  errors: LogLine[];
  alerts: Alerts;
  contacts: Contacts;
  addresses: Address[];
  database: Database;
  plots: Record<'1' | '7', Point[]>;
  error_patterns: ErrorPattern[];
}

export function loadOperation(): Promise<Operation> {
  return request<Operation>('/api/operation');
}

/** The newest lines of the log that are wanted; what is left empty does not matter. */
export async function loadLog(filter: LogFilter): Promise<LoggedLine[]> {
  const wanted = Object.entries(filter).filter(([, value]: [string, string]) => value !== '');
  const query = new URLSearchParams(wanted as [string, string][]);
  return (await request<{ lines: LoggedLine[] }>(`/api/operation/log?${query.toString()}`)).lines;
}

/** The health is told to anybody, also while the database is away; 503 has the same body. */
export async function loadHealth(): Promise<Health> {
  const answer = await fetch('/api/health', { signal: AbortSignal.timeout(10_000) });
  return (await answer.json()) as Health;
}

export function isMet(figure: Figure, value: number): boolean {
  return figure.is_at_least ? value >= figure.target : value < figure.target;
}

/** A share as per cent; never rounded up to a whole that it is not. */
export function percent(fraction: number): string {
  const value = 100 * fraction;
  const digits = value > 99 && value < 100 ? 2 : value < 10 && value !== 0 ? 1 : 0;
  return `${(Math.floor(value * 10 ** digits + 1e-9) / 10 ** digits).toFixed(digits)} %`;
}

export function seconds(value_s: number): string {
  if (value_s < 1) return `${Math.round(1000 * value_s)} ms`;
  return `${value_s.toFixed(value_s < 10 ? 1 : 0)} s`;
}

export function written(figure: Figure, value: number): string {
  return figure.unit === 's' ? seconds(value) : percent(value);
}

const UNITS: [string, number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** A length of time in its largest unit, as in "3 hours". */
export function length(value_s: number): string {
  for (const [unit, unit_s] of UNITS) {
    const count = Math.floor(value_s / unit_s);
    if (count >= 1) return `${count} ${unit}${count === 1 ? '' : 's'}`;
  }
  const count = Math.max(0, Math.round(value_s));
  return `${count} second${count === 1 ? '' : 's'}`;
}

export function ageOf(moment: string, now: string): number {
  return (Date.parse(now) - Date.parse(moment)) / 1000;
}

export function bytes(value: number): string {
  return value >= 1e9 ? `${(value / 1e9).toFixed(1)} GB` : `${Math.round(value / 1e6)} MB`;
}

/** How long this page took in this browser, once it is known. */
export function pageLoad_s(): number | null {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return entry && entry.loadEventEnd > 0 ? entry.loadEventEnd / 1000 : null;
}
