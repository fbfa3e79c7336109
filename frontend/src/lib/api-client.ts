/** One way to call the API: JSON in and out, problem details as errors with words that a person can act on. */
import { isSomebodyThere } from './presence';

export interface Problem {
  status: number;
  code: string;
  title: string;
  remedy?: string;
  errors?: { field: string; message: string }[];
}

export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly remedy: string | undefined;
  /** Seconds after which the server asked to be tried again, if it did. */
  readonly retry_after_s: number | null;

  constructor(problem: Problem, retry_after_s: number | null = null) {
    super(problem.remedy ? `${problem.title} ${problem.remedy}` : problem.title);
    this.name = 'ApiProblem';
    this.status = problem.status;
    this.code = problem.code;
    this.remedy = problem.remedy;
    this.retry_after_s = retry_after_s;
  }
}

/** The server was not reached at all. */
export class NetworkLost extends Error {
  constructor() {
    super('The server cannot be reached. Please check the connection to the internet.');
    this.name = 'NetworkLost';
  }
}

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  body?: unknown;
  signal?: AbortSignal;
}

const TIMEOUT_MS = 20_000;

export async function request<T>(path: string, { method = 'GET', body, signal }: RequestOptions = {}): Promise<T> {
  const response = await send(path, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...presence(),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
  if (response.status === 204 || method === 'HEAD') return undefined as T;
  return (await response.json()) as T;
}

const tags = new WeakMap<object, string>();

/** What `make` makes of the answer, or `last` itself where the server says that nothing has changed since. */
export async function requestUnlessSame<T extends object>(
  path: string,
  last: T | null,
  make: (body: never) => T,
): Promise<T> {
  const tag = last && tags.get(last);
  const response = await send(path, { headers: { ...presence(), ...(tag ? { 'If-None-Match': tag } : {}) } });
  if (last && response.status === 304) return last;
  const found = make((await response.json()) as never);
  const new_tag = response.headers.get('ETag');
  if (new_tag) tags.set(found, new_tag);
  return found;
}

/** Asking by itself keeps nobody signed in. */
function presence(): Record<string, string> {
  return isSomebodyThere() ? {} : { 'X-Background': '1' };
}

/** A raw request that answers with a good response or throws `ApiProblem` or `NetworkLost`. */
export async function send(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', signal: AbortSignal.timeout(TIMEOUT_MS), ...init });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new NetworkLost();
  }
  if (!response.ok && response.status !== 304) throw await problemOf(response);
  return response;
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const header = response.headers.get('Retry-After');
  const retry_after_s = header && /^\d+$/.test(header) ? Number(header) : null;
  try {
    return new ApiProblem({ ...((await response.json()) as Problem), status: response.status }, retry_after_s);
  } catch {
    const title = `The server answered with an error (${response.status}).`;
    return new ApiProblem({ status: response.status, code: 'error', title }, retry_after_s);
  }
}

/** Whether the same call may succeed later without any change. */
export function isPassing(error: unknown): boolean {
  if (error instanceof NetworkLost) return true;
  return error instanceof ApiProblem && [408, 425, 429, 502, 503, 504, 507].includes(error.status);
}
