/**
 * The outbox: every answer is written to IndexedDB first and leaves it only when the server has acknowledged it, so that
 * neither a lost network nor a closed tab loses anything. It is sealed there: who next sits at this device can read none
 * of it. Recordings are sent while they are still being made. What the server refuses for good, and what cannot be opened,
 * is parked with words; it holds up neither other answers nor other sessions.
 */
import { DISCARDS, EVERYTHING, Rests, isOfServer } from './outbox-rests';
import { Sender, isRefused } from './outbox-sender';
import {
  type Call,
  type OutboxDatabase,
  type StoredCall,
  type StoredRecording,
  addChunk,
  changeCall,
  changeRecording,
  discardRecording,
  openOutbox,
  openedCall,
  removeRecording,
  sealedCall,
} from './outbox-store';
import { UNREADABLE, Unreadable } from './sealing';

/** What is not sent yet of one session. */
export interface OutboxState {
  /** Answers and recordings that the server has not acknowledged yet. */
  waiting: number;
  /** The server's words about answers that it will not take; they stay on this device. */
  refused: string[];
  /** Why sending rests for now, in words; null while all is well. */
  trouble: string | null;
}

export const NOTHING_WAITS: OutboxState = { waiting: 0, refused: [], trouble: null };

/** The server will not take some answers, however often they are sent; they stay on this device. */
export class Refused extends Error {
  constructor(words: string) {
    super(words);
    this.name = 'Refused';
  }
}

type Listener = (state: OutboxState) => void;
type Stored = StoredRecording | StoredCall;

const LOOK_EVERY_MS = 150;

export class Outbox {
  private readonly database: Promise<OutboxDatabase>;
  private readonly sender = new Sender();
  private readonly rests = new Rests();
  private readonly listeners = new Map<Listener, string>();
  private running: Promise<void> | null = null;
  private keeping: Promise<unknown> = Promise.resolve(); // calls are kept in the order in which they are made
  private isWanted = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(name?: string) {
    this.database = openOutbox(name);
    if (typeof window !== 'undefined') window.addEventListener('online', () => this.wake());
  }

  /** Whether sending rests for this session because the last try failed. */
  isInTrouble(session_id: string): boolean {
    return this.rests.wordsOf(session_id) !== null;
  }

  /** Tell how it stands with one session, now and whenever that changes. */
  subscribe(session_id: string, listener: Listener): () => void {
    this.listeners.set(listener, session_id);
    void this.tell();
    return () => this.listeners.delete(listener);
  }

  async begin(recording: Omit<StoredRecording, 'is_finished' | 'is_uploaded' | 'created_at'>): Promise<void> {
    const database = await this.database;
    await database.put('recordings', { ...recording, is_finished: false, is_uploaded: false, created_at: Date.now() });
    this.flush();
  }

  async add(recording_id: string, position: number, bytes: ArrayBuffer): Promise<void> {
    await addChunk(await this.database, { recording_id, position, bytes });
    this.flush();
  }

  async finish(recording_id: string): Promise<void> {
    await changeRecording(await this.database, recording_id, { is_finished: true });
    this.flush();
  }

  /** Forget a recording that will not be used, here and, as soon as it can be reached, on the server. */
  async discard(recording_id: string): Promise<void> {
    await discardRecording(await this.database, recording_id);
    this.sender.forget(recording_id);
    this.flush();
  }

  /** Forget everything of a session that is still here. */
  async forget(session_id: string): Promise<void> {
    const database = await this.database;
    for (const one of await database.getAll('recordings')) {
      if (one.session_id === session_id) await this.discard(one.recording_id);
    }
    for (const call of await this.callsOf(session_id)) await database.delete('calls', call.id);
    this.flush();
  }

  /** Keep a call until it has reached the server. */
  async call(call: Omit<Call, 'created_at'>): Promise<void> {
    const created_at = Date.now();
    const kept = this.keeping.then(async () =>
      (await this.database).put('calls', await sealedCall({ ...call, created_at })),
    );
    this.keeping = kept.catch(() => undefined);
    await kept;
    this.flush();
  }

  /**
   * The calls of one session that are kept here, oldest first. What nobody can open any more goes, so that its question
   * is put again; needs the key of the session.
   */
  async waitingCalls(session_id: string): Promise<Call[]> {
    const found: Call[] = [];
    for (const call of await this.callsOf(session_id)) {
      try {
        found.push(await this.whole(call));
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        await (await this.database).delete('calls', call.id);
        if (call.recording_id !== null) await this.discard(call.recording_id);
      }
    }
    return found;
  }

  /** A call, opened, unless it or the recording that it rests on cannot be. */
  private async whole(call: StoredCall): Promise<Call> {
    const database = await this.database;
    const recording = call.recording_id === null ? undefined : await database.get('recordings', call.recording_id);
    if (recording?.refused === UNREADABLE) throw new Unreadable();
    return openedCall(call);
  }

  private async callsOf(session_id: string): Promise<StoredCall[]> {
    const all = await (await this.database).getAll('calls');
    return all.filter((call) => call.session_id === session_id).sort(byAge);
  }

  /** Recordings that a closed tab left unfinished: what is there of them is sent as it is. */
  async adoptUnfinished(): Promise<void> {
    const database = await this.database;
    const named = new Set((await database.getAll('calls')).map((call) => call.recording_id));
    for (const { recording_id, is_uploaded, is_finished, refused } of await database.getAll('recordings')) {
      const isDone = (is_uploaded || refused !== undefined) && !named.has(recording_id);
      if (isDone) await removeRecording(database, recording_id);
      else if (!is_finished) await changeRecording(database, recording_id, { is_finished: true });
    }
    this.flush();
  }

  /** Resolve when nothing of a session waits any more; rejects with `Refused` if the server will not take the rest. */
  async whenEmpty(session_id: string): Promise<void> {
    for (;;) {
      await this.keeping;
      const { waiting, refused } = await this.stateOf(session_id);
      if (waiting === 0 && refused.length > 0) throw new Refused(refused.join(' '));
      if (waiting === 0) return;
      this.flush();
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** Try once more what the server has refused. */
  async retryRefused(session_id: string): Promise<void> {
    const database = await this.database;
    for (const one of [...(await database.getAll('recordings')), ...(await database.getAll('calls'))]) {
      if (one.session_id === session_id && one.refused !== undefined) await this.park(database, one, undefined);
    }
    this.wake();
  }

  /** Send without waiting for the end of a rest. */
  private wake(): void {
    this.rests.wake();
    this.flush();
  }

  /** Send what can be sent now; calls while sending are remembered. */
  flush(): void {
    this.isWanted = true;
    this.running ??= this.run().finally(() => {
      this.running = null;
      if (this.isWanted) this.flush();
      else this.comeBack();
    });
  }

  /** Look again when the first rest is over. */
  private comeBack(): void {
    clearTimeout(this.timer);
    const wait_ms = this.rests.next_ms;
    if (wait_ms !== null) this.timer = setTimeout(() => this.flush(), wait_ms);
  }

  private async run(): Promise<void> {
    while (this.isWanted) {
      this.isWanted = false;
      try {
        if (!this.rests.isResting(EVERYTHING)) await this.sendAll(await this.database);
      } catch (error) {
        this.rests.fail(EVERYTHING, error);
      }
      await this.tell();
    }
  }

  /** Throws if nothing gets through; what fails by itself rests with its session, and the others go on. */
  private async sendAll(database: OutboxDatabase): Promise<void> {
    const recordings = (await database.getAll('recordings')).filter((one) => !one.is_uploaded).sort(byAge);
    const calls = (await database.getAll('calls')).sort(byAge);
    const resting = this.rests.resting();
    const failed = new Map<string, unknown>();
    for (const one of [...recordings, ...calls]) {
      if (one.refused !== undefined || resting.has(one.session_id)) continue;
      try {
        await ('path' in one ? this.sender.call(database, one) : this.sender.recording(database, one.recording_id));
      } catch (error) {
        if (isOfServer(error)) throw error;
        if (isRefused(error) || error instanceof Unreadable) await this.park(database, one, error.message);
        else failed.set(one.session_id, error);
      }
    }
    if (!resting.has(DISCARDS)) await this.freeDiscarded(database, failed);
    this.rests.succeedExcept(new Set([...resting, ...failed.keys()]));
    for (const [key, error] of failed) this.rests.fail(key, error);
  }

  /** Keep what the server will not take, with its words; nothing else waits for it. */
  private async park(database: OutboxDatabase, one: Stored, refused: string | undefined): Promise<void> {
    if ('path' in one) await changeCall(database, one.id, { refused });
    else await changeRecording(database, one.recording_id, { refused });
  }

  private async freeDiscarded(database: OutboxDatabase, failed: Map<string, unknown>): Promise<void> {
    for (const discarded of await database.getAll('discarded')) {
      await this.sender.discard(database, discarded).catch((error: unknown) => failed.set(DISCARDS, error));
    }
  }

  private async stateOf(session_id: string): Promise<OutboxState> {
    const database = await this.database;
    // a recording that was refused waits no more; the answer that names it tells of it
    const recordings = (await database.getAll('recordings')).filter(
      (one) => !one.is_uploaded && one.refused === undefined,
    );
    const left: Stored[] = [...recordings, ...(await database.getAll('calls'))];
    const mine = left.filter((one) => one.session_id === session_id);
    const refused = mine.flatMap((one) => one.refused ?? []);
    const words = [...new Set(refused)];
    return { waiting: mine.length - refused.length, refused: words, trouble: this.rests.wordsOf(session_id) };
  }

  private async tell(): Promise<void> {
    for (const [listener, session_id] of this.listeners) listener(await this.stateOf(session_id));
  }
}

const byAge = (a: { created_at: number }, b: { created_at: number }): number => a.created_at - b.created_at;
