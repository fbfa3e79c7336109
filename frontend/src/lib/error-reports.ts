/** Unforeseen errors of a page, reported where the server says; kind and place only, nothing about a person. */
import type { ErrorEvent as Report, Event } from '@sentry/browser';
import { ApiProblem, NetworkLost, request } from './api-client';

interface Target {
  dsn: string;
  release: string;
  environment: string;
}

const MOST_WAITING = 10;
export const WITHHELD = '(text withheld: it may be about a person)';

/** Listen from now on; what comes before the server has said where to report waits. Returns how to stop. */
export function watchErrors(page: Window): () => void {
  let waiting: unknown[] = [];
  let send = (error: unknown): void => {
    if (waiting.length < MOST_WAITING) waiting.push(error);
  };
  const note = (error: unknown): void => {
    // these are told to the person, who can act on them
    if (!(error instanceof ApiProblem) && !(error instanceof NetworkLost)) send(error);
  };
  const onError = (event: ErrorEvent): void => note(event.error ?? new Error('error'));
  const onRejection = (event: PromiseRejectionEvent): void => note(event.reason);
  const stop = (): void => {
    page.removeEventListener('error', onError);
    page.removeEventListener('unhandledrejection', onRejection);
  };
  page.addEventListener('error', onError);
  page.addEventListener('unhandledrejection', onRejection);
  void target().then(async (found) => {
    if (!found) {
      stop();
      return;
    }
    send = await reporter(found, page.location.pathname);
    for (const error of waiting) send(error);
    waiting = [];
  });
  return stop;
}

async function target(): Promise<Target | null> {
  try {
    return (await request<{ error_reports: Target | null }>('/api/browser-settings')).error_reports;
  } catch {
    return null; // without the server nothing can be said about where to report
  }
}

async function reporter({ dsn, release, environment }: Target, place: string): Promise<(error: unknown) => void> {
  const { BrowserClient, Scope, defaultStackParser, makeFetchTransport } = await import('@sentry/browser');
  // none of the integrations that watch clicks, requests and the console
  const client = new BrowserClient({
    dsn,
    release,
    environment,
    transport: makeFetchTransport,
    stackParser: defaultStackParser,
    integrations: [],
    dataCollection: { userInfo: false }, // its server must not note the address that a report comes from
    sendClientReports: false,
    beforeSend: (event) => scrubbed(event) as Report,
  });
  const scope = new Scope();
  scope.setClient(client);
  scope.setTags({ part: 'browser', place });
  client.init();
  return (error) => {
    const hint = { mechanism: { type: 'onerror', handled: false } };
    client.captureException(error instanceof Error ? error : new Error(typeof error), hint, scope);
  };
}

/** What may leave, by name; whatever a newer client may add is left behind. */
export function scrubbed(event: Event): Event {
  const { event_id, timestamp, level, platform, release, environment } = event;
  return defined({
    event_id,
    timestamp,
    level,
    platform,
    release,
    environment,
    tags: defined({ part: event.tags?.part, place: withoutQuery(event.tags?.place) }),
    exception: { values: (event.exception?.values ?? []).map(error) },
  });
}

type Exception = NonNullable<NonNullable<Event['exception']>['values']>[number];

function error({ type, stacktrace, mechanism }: Exception): Exception {
  const isName = type !== undefined && /^[A-Za-z_$][\w$.]{0,60}$/.test(type);
  return {
    type: isName ? type : 'Error',
    value: WITHHELD,
    mechanism: { type: mechanism?.type ?? 'generic', handled: mechanism?.handled ?? true },
    stacktrace: {
      frames: (stacktrace?.frames ?? []).map(({ filename, function: name, lineno, colno, in_app }) =>
        defined({ filename: withoutQuery(filename), function: name, lineno, colno, in_app }),
      ),
    },
  };
}

function withoutQuery(address: unknown): string | undefined {
  return typeof address === 'string' ? address.split(/[?#]/, 1)[0] : undefined;
}

/** Without the members that are not there. */
function defined<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}
