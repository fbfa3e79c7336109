// Uses the vendor's own package as its documentation says, on the service that the environment names, and prints what it saw.
// `get` reads from the host that the package itself makes of the token: only the way there is changed, to the same service.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(pathToFileURL(`${process.cwd()}/package.json`));
const blobPackage = require.resolve('@vercel/blob');
const { del, get, head, list, put, createMultipartUpload, uploadPart, completeMultipartUpload } = require(blobPackage);
const { Agent, setGlobalDispatcher } = createRequire(blobPackage)('undici');

const service = new URL(process.env.VERCEL_BLOB_API_URL).origin;
const toService = (dispatch) => (options, handler) => {
  const asked = new URL(options.origin);
  if (!asked.hostname.endsWith('.private.blob.vercel-storage.com')) return dispatch(options, handler);
  return dispatch({ ...options, origin: service, headers: [...flat(options.headers), 'host', asked.hostname] }, handler);
};
const flat = (headers) => (Array.isArray(headers) ? headers : Object.entries(headers ?? {}).flat());
setGlobalDispatcher(new Agent().compose(toService));

async function bytesOf(pathname) {
  const found = await get(pathname, { access: 'private', useCache: false });
  return Buffer.from(await new Response(found.stream).arrayBuffer());
}

async function nameOfFault(action) {
  try {
    const found = await action();
    return found === null ? null : 'none';
  } catch (error) {
    return error.constructor.name;
  }
}

const read = await bytesOf('from/us with a space');
const described = await head('from/us with a space');

const options = { access: 'private', addRandomSuffix: false };
await put('vendor/one.txt', 'spoken', { ...options, contentType: 'text/plain' });
const theirs = await bytesOf('theirs.in');
const whole = await put('vendor/many', theirs, { ...options, multipart: true });
const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');
if (hash(await bytesOf('vendor/many')) !== hash(theirs)) throw new Error('vendor/many is not what was put');
if (new URL(whole.url).pathname.split('/').at(-1) !== 'many') throw new Error(`unexpected address ${whole.url}`);

const made = await createMultipartUpload('vendor/by hand', options);
const part = await uploadPart('vendor/by hand', Buffer.alloc(100, 7), { ...options, ...made, partNumber: 1 });
await completeMultipartUpload('vendor/by hand', [part], { ...options, ...made });
await del((await head('vendor/by hand')).url);

const first = await list({ prefix: 'vendor/', limit: 1 });
const second = await list({ prefix: 'vendor/', limit: 1, cursor: first.cursor });
if (!first.hasMore || second.hasMore) throw new Error('the pages of the list do not follow one another');

const wrongToken = process.env.BLOB_READ_WRITE_TOKEN.replace(/.{8}$/, '00000000');
const refused = [
  await nameOfFault(() => put('vendor/one.txt', 'again', options)),
  await nameOfFault(() => head('vendor/by hand')),
  await nameOfFault(() => head('vendor/one.txt', { token: wrongToken })),
  await nameOfFault(() => get('vendor/by hand', { access: 'private' })),
];

console.log(
  JSON.stringify({
    read_bytes: read.length,
    read_hex_of_the_end: read.subarray(-32).toString('hex'),
    head_bytes: described.size,
    listed: [...first.blobs, ...second.blobs].map((blob) => blob.pathname),
    pages: 2,
    refused,
  }),
);
