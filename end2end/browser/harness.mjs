// What all tests share: one server with the sample county, one browser, and pages in the state that a test asks for.
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const run = promisify(execFile);
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const LANGUAGES = ['zh-CN', 'en', 'zh-TW'];

/** The program under test. */
export function binary() {
  const named = process.env.BATON_BINARY;
  const built = ['release', 'debug'].map((profile) => join(root, 'target', profile, 'baton'));
  const found = named ? resolve(named) : built.find(existsSync);
  if (!found || !existsSync(found)) {
    throw new Error(`no program at ${named ?? built.join(' or ')}; run \`cargo build --release\` or set BATON_BINARY`);
  }
  return found;
}

/** Runs a command of the program and gives what it prints. */
export async function baton(...args) {
  const { stdout } = await run(binary(), args, { maxBuffer: 1 << 26 });
  return stdout;
}

/**
 * Starts the program with `args` on a free port; resolves when it says where it serves. Before these, `{ env }` says what
 * else its environment has.
 */
export function serve(...args) {
  const { env } = typeof args[0] === 'object' ? args.shift() : {};
  const options = { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } };
  const child = spawn(binary(), [...args, '--listen', '127.0.0.1:0'], options);
  const orphaned = () => child.kill('SIGKILL');
  process.once('exit', orphaned);
  let said = '';
  const ended = new Promise((done) => child.once('exit', done));
  const stop = async () => {
    child.kill('SIGTERM');
    await Promise.race([ended, new Promise((done) => setTimeout(done, 3000).unref())]);
    if (child.exitCode === null) child.kill('SIGKILL');
    process.off('exit', orphaned);
  };
  return new Promise((serving, failed) => {
    const hear = (chunk) => {
      said += chunk;
      const address = said.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (address) serving({ base: address[0], stop, pid: child.pid });
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.once('error', failed);
    child.once('exit', (code) => failed(new Error(`the server ended with ${code} before it served:\n${said}`)));
  });
}

let started;
/** The server with the sample county, in a database file of its own. */
export function sample() {
  started ??= (async () => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-browser-'));
    const database = `sqlite://${join(folder, 'sample.db')}`;
    try {
      return { folder, database, ...(await serve('--database', database, 'demo')) };
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  })();
  return started;
}

/** Imports rows by the command line, beside the running server. */
export async function imported(kind, csv) {
  const { folder, database } = await sample();
  const file = join(folder, `${kind}-${process.hrtime.bigint()}.csv`);
  await writeFile(file, csv);
  await baton('--database', database, 'import', kind, file);
}

let launched;
/** The browser of the system. */
export function browser() {
  launched ??= chromium.launch({
    executablePath: chromiumPath(),
    // Chromium refuses its sandbox to root, as which containers run.
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--disable-dev-shm-usage'],
  });
  return launched;
}

function chromiumPath() {
  const names = ['chromium', 'chromium-browser', 'google-chrome'].map((name) => `/usr/bin/${name}`);
  const found = process.env.BATON_CHROMIUM ?? names.find(existsSync);
  if (!found) throw new Error('no Chromium: `apt-get install chromium`, or set BATON_CHROMIUM');
  return found;
}

/** The demonstration's accounts by role, and the password of them all; `baton demo` prints them. */
export const ACCOUNTS = {
  organization: 'bianban',
  leader: 'lingdao',
  manager: 'fuxiangzhang',
  handler: 'jingban',
  approver: 'shenpi',
  supervisor: 'jianguan',
  trainer: 'peixun',
  trainee: 'xueyuan',
  auditor: 'shenji',
  administrator: 'guanli',
};
export const PASSWORD = 'jiebang-demo-2026';

const states = new Map();
/** What a browser keeps after a role has signed in by the form. */
export function signedIn(role) {
  if (!states.has(role)) states.set(role, signIn(role));
  return states.get(role);
}

async function signIn(role) {
  const { base } = await sample();
  const made = await (await browser()).newContext({ baseURL: base, javaScriptEnabled: false });
  try {
    const page = await made.newPage();
    await page.goto('/sign-in');
    await page.locator('input[name=login]').fill(ACCOUNTS[role]);
    await page.locator('input[name=password]').fill(PASSWORD);
    await page.locator('main form[action^="/sign-in"] button').first().click();
    await page.waitForURL((url) => url.pathname !== '/sign-in');
    return await made.storageState();
  } finally {
    await made.close();
  }
}

/** Asks for an address with what a role's browser keeps; without a role, as a stranger. */
export async function ask(role, path, init = {}) {
  const { base } = await sample();
  const cookies = role ? (await signedIn(role)).cookies : [];
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  return fetch(base + path, { redirect: 'manual', ...init, headers: { cookie, ...init.headers } });
}

/** The height of a window of a width: a phone's, or a screen's. */
export const heightFor = (width) => (width < 600 ? 844 : 900);

/** A context in one language, width and colour scheme, with or without script, in which a role has signed in. */
export async function context({ lang = 'zh-CN', width = 1280, scheme = 'light', script = true, as = 'organization' } = {}) {
  const { base } = await sample();
  const made = await (await browser()).newContext({
    baseURL: base,
    locale: lang,
    viewport: { width, height: heightFor(width) },
    colorScheme: scheme,
    javaScriptEnabled: script,
    reducedMotion: 'reduce',
    storageState: as ? await signedIn(as) : undefined,
  });
  made.setDefaultTimeout(10_000);
  await made.addCookies([{ name: 'lang', value: lang, url: base }]);
  return made;
}

/** Opens a page, hands it to `use`, and closes it. */
export async function withPage(options, use) {
  const made = await context(options);
  try {
    const page = await made.newPage();
    const faults = faultsOf(page);
    await use(page, faults);
  } finally {
    await made.close();
  }
}

/** Gathers what goes wrong inside a page: errors on the console, exceptions, failed requests. */
export function faultsOf(page) {
  const faults = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => faults.push(`exception: ${error}`));
  page.on('requestfailed', (request) => {
    faults.push(`request failed: ${request.url()} ${request.failure()?.errorText}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`status ${response.status()}: ${response.url()}`);
  });
  return faults;
}

/** Ends what was started. */
export async function end() {
  if (launched) await launched.then((it) => it.close(), () => {});
  if (started) {
    const it = await started.catch(() => null);
    await it?.stop();
    if (it) await rm(it.folder, { recursive: true, force: true });
  }
  launched = started = undefined;
}
