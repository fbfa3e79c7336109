/** All that a browser keeps of a page, as whoever sits down at it next can read it. */
import type { Page } from '@playwright/test';

export interface Kept {
  /** How much is in each store of IndexedDB, by its name. */
  counts: Record<string, number>;
  /** Every value of every store as text, bytes as characters. */
  text: string;
}

export const keptIn = (page: Page): Promise<Kept> =>
  page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error('IndexedDB could not be read.'));
      });
    const characters = (bytes: ArrayBuffer) =>
      Array.from(new Uint8Array(bytes), (b) => String.fromCharCode(b)).join('');
    const counts: Record<string, number> = {};
    const values: unknown[] = [Object.entries(localStorage), Object.entries(sessionStorage), document.cookie];
    for (const cache of await caches.keys()) values.push(`cache ${cache}`);
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name ?? ''));
      for (const store of Array.from(database.objectStoreNames)) {
        const found: unknown[] = await done(database.transaction(store).objectStore(store).getAll());
        counts[store] = found.length;
        values.push(...found);
      }
      database.close();
    }
    const text = JSON.stringify(values, (_, value: unknown) => {
      if (ArrayBuffer.isView(value)) return characters(value.buffer as ArrayBuffer);
      return value instanceof ArrayBuffer ? characters(value) : value;
    });
    return { counts, text };
  });
