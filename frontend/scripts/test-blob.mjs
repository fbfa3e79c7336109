// `npm run test-blob`: writes, reads, checks and deletes an object on the store of the recordings, and says how long each took.
// With BLOB_READ_WRITE_TOKEN it asks Vercel Blob through the vendor's own package, else it asks `cas blobs test`.
import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SMALL_BYTES = 1 << 20;
const LARGE_BYTES = 9 << 20; // more than one part of the package's own 8 MiB

async function timed(what, action) {
  const began = performance.now();
  const found = await action();
  console.log(`${what.padEnd(28)} ${(performance.now() - began).toFixed(0).padStart(6)} ms`);
  return found;
}

async function read(blobs, pathname) {
  const { url } = await blobs.head(pathname);
  if (new URL(url).hostname.endsWith('.blob.vercel-storage.com')) {
    const found = await blobs.get(url, { access: 'private', useCache: false });
    return found && Buffer.from(await new Response(found.stream).arrayBuffer());
  }
  // the package reads from the vendor's own hosts alone; another service says itself where its objects are
  if (new URL(url).origin !== new URL(process.env.VERCEL_BLOB_API_URL).origin) throw new Error(`${url} is not its own`);
  const answer = await fetch(url, { headers: { authorization: `Bearer ${process.env.BLOB_READ_WRITE_TOKEN}` } });
  if (!answer.ok) throw new Error(`reading answered ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

async function roundTrip(blobs, sizeBytes, multipart) {
  const pathname = `probe/${randomUUID()}`;
  const content = randomBytes(sizeBytes);
  const label = `${sizeBytes >> 20} MiB${multipart ? ' in parts' : ''}`;
  try {
    await timed(`write ${label}`, () => blobs.put(pathname, content, { access: 'private', multipart }));
    const back = await timed(`read ${label}`, () => read(blobs, pathname));
    if (!back?.equals(content)) throw new Error('The store does not give back what was written.');
  } finally {
    await timed(`delete ${label}`, () => blobs.del(pathname));
  }
  const left = await timed('gone', () => blobs.list({ prefix: pathname }));
  if (left.blobs.length > 0) throw new Error('The object is still there after it was deleted.');
}

async function testVercelBlob() {
  const blobs = await import('@vercel/blob');
  const storeId = process.env.BLOB_READ_WRITE_TOKEN.split('_')[3];
  console.log(`store ${storeId} of Vercel Blob at ${process.env.VERCEL_BLOB_API_URL ?? "the vendor's address"}`);
  try {
    await roundTrip(blobs, SMALL_BYTES, false);
    await roundTrip(blobs, LARGE_BYTES, true);
    console.log('The store keeps, gives back and deletes.');
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error('BLOB_READ_WRITE_TOKEN must be the token of a private store, and the vendor must be reachable.');
    return 1;
  }
}

function testOtherStore() {
  const cas = fileURLToPath(new URL('../../.venv/bin/cas', import.meta.url));
  if (!existsSync(cas)) {
    console.error('Without BLOB_READ_WRITE_TOKEN the store is tested by `cas blobs test`: `make install` installs it.');
    return 1;
  }
  return spawnSync(cas, ['blobs', 'test'], { stdio: 'inherit' }).status ?? 1;
}

process.exitCode = process.env.BLOB_READ_WRITE_TOKEN ? await testVercelBlob() : testOtherStore();
