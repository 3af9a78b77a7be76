// Every page there is, each with an address that exists in the sample county.
import { ask, baton, context, imported, sample } from './harness.mjs';

const PARAMETER = /\{\*?[^}]+\}|:[a-z_]+/g;
/** A crawl that comes this far without filling every pattern will not. */
const LIMIT = 2000;
/** Pages of one pattern that a role looks at: first a few, and many only for what nobody has found then. */
const ALIKE = [4, 100];

/** The patterns that the program knows, such as `/units/{id}`. */
async function patterns() {
  const lines = (await baton('routes')).split('\n').map((line) => line.trim());
  return lines.filter((line) => line.startsWith('/'));
}

function matcher(pattern) {
  const literal = pattern.split(PARAMETER).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('[^/?#]+')}/?$`);
}

/** Who looks for pages, the first who gets one first. */
const ROLES = ['organization', 'auditor', 'administrator', 'approver', 'supervisor', 'handler', 'trainee'];

/** Nobody who has signed in is led to the middle of a sign-in. */
const NOT_LINKED = ['/sign-in/second'];

/** Triples of pattern, address and the role that may open it; without an address where no link leads to such a page. */
export async function pages() {
  const all = await patterns();
  const found = new Map();
  const plain = all.filter((pattern) => pattern.search(PARAMETER) < 0);
  const matchers = all.filter((pattern) => pattern.search(PARAMETER) >= 0).map((pattern) => [pattern, matcher(pattern)]);
  // An address without parameters is no example of a pattern: /assignments/new is not /assignments/{id}.
  const own = new Set(plain);
  const missing = () => all.filter((pattern) => !found.has(pattern));

  const { base } = await sample();
  found.set('/sign-in', ['/sign-in', null]);
  for (const [most, role] of ALIKE.flatMap((most) => ROLES.map((role) => [most, role]))) {
    const isFirst = most === ALIKE[0];
    const queue = missing().filter((pattern) => own.has(pattern));
    if (isFirst && role === 'organization' && all.some((pattern) => pattern.startsWith('/import/'))) queue.push(...(await afterUpload()));
    if (isFirst && role === 'administrator' && all.includes('/link/{token}')) queue.push(...(await afterAccount()));
    queue.push('/');
    const seen = new Set();
    const alike = new Map();
    while (queue.length > 0 && seen.size < LIMIT && missing().length > 0) {
      const path = queue.shift();
      if (seen.has(path)) continue;
      seen.add(path);
      const kind = own.has(path) ? path : matchers.find(([, regex]) => regex.test(path))?.[0];
      // Files are no pages, and nothing is linked in them.
      if (!kind) continue;
      const before = alike.get(kind) ?? 0;
      alike.set(kind, before + 1);
      if (before >= most && found.has(kind)) continue;
      const answer = await ask(role, path);
      if (answer.status !== 200 || !/html/.test(answer.headers.get('content-type') ?? '')) continue;
      if (own.has(path) && !found.has(path)) found.set(path, [path, role]);
      if (!own.has(path)) {
        const fits = matchers.find(([pattern, regex]) => !found.has(pattern) && regex.test(path));
        if (fits) found.set(fits[0], [path, role]);
      }
      for (const link of (await answer.text()).matchAll(/\bhref="([^"#]+)/g)) {
        const to = new URL(link[1].replaceAll('&amp;', '&'), base + path);
        if (to.origin !== base || /^\/(assets|language)\//.test(to.pathname)) continue;
        // A page is looked at early when it is the first of its pattern.
        const isNew = !own.has(to.pathname) && matchers.some(([pattern, regex]) => !found.has(pattern) && regex.test(to.pathname));
        if (isNew) queue.unshift(to.pathname);
        else queue.push(to.pathname);
      }
    }
  }
  return all.filter((pattern) => !NOT_LINKED.includes(pattern)).map((pattern) => [pattern, ...(found.get(pattern) ?? [])]);
}

/** What a new account's one-time link leads to. */
async function afterAccount() {
  const said = await baton('--database', (await sample()).database, 'user', 'add', 'pages', '--person', 'P010', '--link');
  return [said.match(/\/link\/[\w-]+/)[0]];
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
  await imported('units', `单位编码,单位名称,单位类型,上级单位编码\n${code},浏览器测试乡${code.slice(-6)},乡镇,410505\n`);
  return code;
}
