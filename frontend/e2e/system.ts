/** A whole system for the journeys: started as its operator starts it, stopped with SIGTERM. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface System {
  url: string;
  email: string;
  password: string;
}

const root = resolve(import.meta.dirname, '../..');
const READY_MS = 120_000;

/** The sound of this worker's microphone, in the folder of the journeys. */
export const VOICE = `voice-${process.env.TEST_PARALLEL_INDEX ?? 0}.wav`;
export const folder = (): string => process.env.CAS_E2E_DIR ?? '.';
export const system = (): System => JSON.parse(readFileSync(join(folder(), 'system.json'), 'utf8')) as System;

const cas = join(root, '.venv/bin/cas');
// whom the page of the system names
const CONTACTS = {
  CAS_ON_CALL: 'https://rota.example.org/cas',
  CAS_EMERGENCY_CONTACTS: 'Primary=Night desk, +44 20 7946 0000; Secondary=Day desk, +44 20 7946 0001',
};
const environment = (port: string) => ({
  ...process.env,
  ...CONTACTS,
  CAS_DATA_DIR: join(folder(), 'var'),
  CAS_PORT: port,
});

/** Another member of staff, as the operator adds one. */
export function addStaff(email: string, password: string, role = 'clinician'): void {
  const env = environment(new URL(system().url).port);
  execFileSync(cas, ['user', 'add', email, '--role', role], { env, input: `${password}\n` });
}

export default async function start(): Promise<() => Promise<void>> {
  if (!existsSync(cas)) throw new Error('The system is not installed; `make e2e` installs it.');
  const port = await freePort();
  const child = spawn(cas, ['serve'], {
    env: environment(String(port)),
    stdio: ['ignore', 'pipe', openSync(join(folder(), 'system.log'), 'a')],
  });
  const said = await untilReady(child);
  const signIn = /Sign in as staff: (\S+)\s+password: (\S+)/.exec(said);
  const url = `http://127.0.0.1:${port}`;
  writeFileSync(join(folder(), 'system.json'), JSON.stringify({ url, email: signIn?.[1], password: signIn?.[2] }));
  return () => stop(child);
}

function untilReady(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    let said = '';
    const timer = setTimeout(() => fail(new Error(`The system did not become ready:\n${said}`)), READY_MS);
    child.stdout?.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      if (!said.includes('Stop with Ctrl-C')) return;
      const health = /(http\S+\/api\/health) says why/.exec(said)?.[1]; // where it is not ready yet
      untilWell(health).then(() => {
        clearTimeout(timer);
        done(said);
      }, fail);
    });
    child.on('exit', (code) => fail(new Error(`The system ended with ${code}:\n${said}`)));
  });
}

/** A slow machine may need longer than the system waits before it says so. */
async function untilWell(health: string | undefined): Promise<void> {
  const until = Date.now() + READY_MS;
  while (health && !(await fetch(health)).ok) {
    if (Date.now() > until) throw new Error(`The system is not ready; ${health} says why.`);
    await sleep(500);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((done) => child.on('exit', done));
  child.kill('SIGTERM');
  await ended;
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
