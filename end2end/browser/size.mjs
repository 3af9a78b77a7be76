// What a first visit loads of script and WebAssembly, compressed as a server would at best; fails when it is too much.
import { brotliCompressSync, constants } from 'node:zlib';
import { end, sample, withPage } from './harness.mjs';

const LIMIT = 60_000;
const CODE = /\/assets\/[^"'`\s)<>]+\.(js|wasm)/g;

/** What pages name, and what the browser fetches when it opens them. */
async function addresses() {
  const found = new Set();
  await withPage({}, async (page) => {
    page.on('request', (request) => (request.url().match(CODE) ?? []).forEach((address) => found.add(address)));
    for (const path of ['/', '/board', '/assignments/new', '/import']) {
      const answer = await page.goto(path, { waitUntil: 'networkidle' });
      ((await answer.text()).match(CODE) ?? []).forEach((address) => found.add(address));
    }
  });
  return [...found].sort();
}

try {
  const { base } = await sample();
  const all = await addresses();
  for (const ending of ['.js', '.wasm']) {
    if (!all.some((address) => address.endsWith(ending))) throw new Error(`no page names a ${ending} file`);
  }
  let total = 0;
  for (const address of all) {
    const answer = await fetch(base + address);
    const content = Buffer.from(await answer.arrayBuffer());
    if (!answer.ok || content.length === 0) throw new Error(`${address}: status ${answer.status}, ${content.length} bytes`);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
    const small = brotliCompressSync(content, { params }).length;
    console.log(`${String(small).padStart(8)} bytes (${content.length} before compression)  ${address}`);
    total += small;
  }
  console.log(`${String(total).padStart(8)} bytes together; at most ${LIMIT}`);
  if (total > LIMIT) process.exitCode = 1;
} finally {
  await end();
}
