// Every page there is, each with an address that exists in the sample county.
import { baton, context, imported, sample } from './harness.mjs';

const PARAMETER = /\{\*?[^}]+\}|:[a-z_]+/g;
/** A crawl that comes this far without filling every pattern will not. */
const LIMIT = 400;

/** The patterns that the program knows, such as `/units/{id}`. */
async function patterns() {
  const lines = (await baton('routes')).split('\n').map((line) => line.trim());
  return lines.filter((line) => line.startsWith('/'));
}

function matcher(pattern) {
  const literal = pattern.split(PARAMETER).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('[^/?#]+')}/?$`);
}

/** Pairs of pattern and address; the address is undefined where no link leads to such a page. */
export async function pages() {
  const all = await patterns();
  const found = new Map();
  const plain = all.filter((pattern) => pattern.search(PARAMETER) < 0);
  plain.forEach((pattern) => found.set(pattern, pattern));
  const matchers = all.filter((pattern) => !found.has(pattern)).map((pattern) => [pattern, matcher(pattern)]);
  // An address without parameters is no example of a pattern: /assignments/new is not /assignments/{id}.
  const own = new Set(plain);

  const { base } = await sample();
  const queue = [...plain];
  if (all.some((pattern) => pattern.startsWith('/import/'))) queue.push(...(await afterUpload()));
  const seen = new Set();
  const note = (path) => {
    for (const [pattern, regex] of matchers) {
      if (!found.has(pattern) && !own.has(path) && regex.test(path)) {
        found.set(pattern, path);
        // A page is looked at early when it is the first of its pattern.
        queue.unshift(path);
      }
    }
  };
  queue.forEach(note);
  while (queue.length > 0 && seen.size < LIMIT && all.some((pattern) => !found.has(pattern))) {
    const path = queue.shift();
    if (seen.has(path)) continue;
    seen.add(path);
    const answer = await fetch(base + path);
    if (!answer.ok || !/html/.test(answer.headers.get('content-type') ?? '')) continue;
    for (const link of (await answer.text()).matchAll(/\bhref="([^"#]+)/g)) {
      const to = new URL(link[1].replaceAll('&amp;', '&'), base + path);
      if (to.origin !== base || /^\/(assets|language)\//.test(to.pathname)) continue;
      note(to.pathname);
      queue.push(to.pathname);
    }
  }
  return all.map((pattern) => [pattern, found.get(pattern)]);
}

/** What a file that waits for its confirmation leads to; nothing links there but the upload itself. */
async function afterUpload() {
  const made = await context({ script: false });
  try {
    const page = await made.newPage();
    await upload(page, 'units', 'pages.csv', '单位编码,单位名称,单位类型\nPAGES-1,页面测试乡,乡镇\nPAGES-2,,无此类型\n');
    return [new URL(page.url()).pathname];
  } finally {
    await made.close();
  }
}

/** Sends a file through the form of the import page; gives the answer. */
export async function upload(page, kind, name, content) {
  await page.goto('/import');
  await page.locator('select[name=kind]').selectOption(kind);
  const buffer = Buffer.from(content);
  await page.locator('input[type=file][name=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
  const form = page.locator('form:has(input[type=file][name=file])');
  return submit(page, form.locator('button[type=submit], button:not([type])').first());
}

/** Presses a button that sends a form; gives the answer of the page that stands afterwards. */
export async function submit(page, button) {
  const answers = [];
  const hear = (response) => {
    const request = response.request();
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) answers.push(response);
  };
  page.on('response', hear);
  await Promise.all([page.waitForEvent('framenavigated'), button.click()]);
  await page.waitForLoadState('load');
  page.off('response', hear);
  return answers.at(-1);
}

/** A unit of the test's own; gives its code. */
export async function freshUnit() {
  const code = `E2E-${process.hrtime.bigint()}`;
  await imported('units', `单位编码,单位名称,单位类型\n${code},浏览器测试乡${code.slice(-6)},乡镇\n`);
  return code;
}
