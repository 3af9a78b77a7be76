// A site of its own on a day of its own, and people who use it by its pages' forms, without a browser and without script.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DomUtils, parseDocument } from 'htmlparser2';
import { binary, serve } from './harness.mjs';

/** The library that gives a program another time; `apt-get install faketime`. */
function library() {
  const named = process.env.BATON_FAKETIME;
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib').map((name) => join('/usr/lib', name, 'faketime')) : [];
  const found = named ?? folders.map((folder) => join(folder, 'libfaketimeMT.so.1')).find(existsSync);
  if (!found) throw new Error('no libfaketime: `apt-get install faketime`, or set BATON_FAKETIME');
  return found;
}

/** What a program's environment says so that it is nine o'clock of a day in China. Timers go on as they are. */
const dated = (day) => ({
  LD_PRELOAD: library(),
  FAKETIME: `@${day} 01:00:00`,
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
  DONT_FAKE_MONOTONIC: '1',
  TZ: 'UTC',
});

/** A site with an empty database. */
export class Site {
  requests = 0;
  stations = [];

  static async open(name, day) {
    const site = new Site();
    site.folder = await mkdtemp(join(tmpdir(), `baton-${name}-`));
    site.database = `sqlite://${join(site.folder, 'round.db')}`;
    site.day = day;
    return site;
  }

  /** Serves; where it served already, from the morning of another day on. */
  async serve(day = this.day) {
    await this.server?.stop();
    this.day = day;
    this.server = await serve({ env: dated(day) }, '--database', this.database, 'serve');
  }

  async close() {
    await this.server?.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A command of the program beside the server, which reads `input`. */
  run(args, input = '') {
    return new Promise((done, failed) => {
      const child = spawn(binary(), ['--database', this.database, ...args], { env: { ...process.env, ...dated(this.day) } });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (said += chunk));
      child.once('error', failed);
      child.once('exit', (code) => (code === 0 ? done(said) : failed(new Error(`baton ${args.join(' ')}: ${said}`))));
      child.stdin.end(input);
    });
  }

  async file(name, content) {
    const path = join(this.folder, name);
    await writeFile(path, content);
    return path;
  }

  /** Does a part of the story; how long it took and how much it asked for is told at the end. */
  async station(name, act) {
    const [began, asked] = [performance.now(), this.requests];
    try {
      return await act();
    } finally {
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      this.stations.push({ station: name, seconds, requests: this.requests - asked });
      if (process.env.BATON_STATIONS) console.log(`${name}: ${seconds} s, ${this.requests - asked} requests`);
    }
  }

  async ask(path, init) {
    this.requests += 1;
    return fetch(this.server.base + path, { redirect: 'manual', ...init });
  }
}

const squeezed = (text) => text.replace(/\s+/g, ' ').trim();
const named = (name) => (node) => node.type === 'tag' && node.name === name;
const has = (node, name) => node.attribs?.[name] !== undefined;

/** A page as it came. */
export class Page {
  constructor(status, path, html) {
    // Browsers read `<!>` as an empty comment; the parser takes what follows for a part of it.
    Object.assign(this, { status, path, html, dom: parseDocument(html.replaceAll('<!>', '')) });
  }

  all(test) {
    return DomUtils.findAll((node) => node.type === 'tag' && test(node), this.dom.children);
  }

  get text() {
    this.said ??= squeezed(DomUtils.innerText(this.all((node) => node.name === 'main')));
    return this.said;
  }

  /** What stands in the error summary and beside the fields. */
  get errors() {
    const wrong = this.all((node) => node.attribs.class?.split(' ').some((each) => each.startsWith('error')));
    return squeezed(wrong.map((node) => DomUtils.innerText(node)).join(' '));
  }

  links(pattern) {
    return this.all((node) => node.name === 'a' && pattern.test(node.attribs.href ?? '')).map((node) => node.attribs.href);
  }

  /** The big numbers, in their order. */
  get numbers() {
    const card = this.all((node) => node.attribs.class?.split(' ').includes('numbers'))[0];
    const each = card ? DomUtils.findAll(named('b'), card.children) : [];
    return each.map((node) => Number(DomUtils.innerText(node).replace(/[^\d-]/g, '')));
  }

  /** The rows of the tables, as text. */
  get rows() {
    const rows = this.all((node) => node.name === 'tr').filter((row) => DomUtils.findOne(named('td'), row.children));
    return rows.map((row) => row.children.filter((cell) => ['td', 'th'].includes(cell.name)).map((cell) => squeezed(DomUtils.innerText(cell))));
  }

  /** The number beside the title. */
  get total() {
    const title = this.all((node) => node.attribs.class === 'title')[0];
    const small = DomUtils.findOne(named('small'), title.children);
    return Number(DomUtils.innerText(small).replace(/\D/g, ''));
  }

  /** The forms of which each control that is asked for stands in, by its name or by `name=value`. */
  forms(...wanted) {
    return this.all((node) => node.name === 'form')
      .map((node) => new Form(this, node))
      .filter((form) => wanted.every((each) => form.controls.some((control) => form.is(control, each))));
  }

  form(...wanted) {
    const found = this.forms(...wanted);
    if (!found.length) throw new Error(`no form with ${wanted.join(', ')} at ${this.path} (${this.status}): ${this.text.slice(0, 600)}`);
    return found[0];
  }
}

class Form {
  constructor(page, node) {
    this.page = page;
    this.node = node;
    const isControl = (each) => each.type === 'tag' && ['input', 'select', 'textarea', 'button'].includes(each.name);
    const inside = DomUtils.findAll(isControl, node.children).filter((each) => !has(each, 'form') || each.attribs.form === node.attribs.id);
    const beside = node.attribs.id ? page.all((each) => isControl(each) && each.attribs.form === node.attribs.id) : [];
    this.controls = [...new Set([...inside, ...beside])].filter((each) => has(each, 'name'));
  }

  is(control, wanted) {
    const [name, value] = wanted.split('=');
    return control.attribs.name === name && (value === undefined || control.attribs.value === value);
  }

  get method() {
    return (this.node.attribs.method ?? 'get').toLowerCase();
  }

  /** What a browser would send: what is filled in, then what the page says. */
  entries(filled, button) {
    const sent = [];
    const known = new Set(this.controls.map((control) => control.attribs.name));
    for (const name of Object.keys(filled)) {
      if (!known.has(name)) throw new Error(`no field ${name} in the form at ${this.page.path}; it has ${[...known]}`);
    }
    const done = new Set();
    for (const control of this.controls) {
      const { name, type, value } = control.attribs;
      if (control.name === 'button') continue;
      if (name in filled) {
        if (!done.has(name)) for (const each of [filled[name]].flat()) sent.push([name, each]);
        done.add(name);
        continue;
      }
      if (type === 'checkbox' || type === 'radio') {
        if (has(control, 'checked')) sent.push([name, value ?? 'on']);
      } else if (control.name === 'select') {
        const options = DomUtils.findAll(named('option'), control.children);
        const chosen = options.find((option) => has(option, 'selected')) ?? options[0];
        if (chosen) sent.push([name, chosen.attribs.value ?? DomUtils.innerText(chosen)]);
      } else if (type === 'file') {
        sent.push([name, new File([], '')]);
      } else {
        sent.push([name, control.name === 'textarea' ? DomUtils.innerText(control) : (value ?? '')]);
      }
    }
    if (button) {
      const pressed = this.controls.find((control) => control.name === 'button' && this.is(control, button));
      if (!pressed) throw new Error(`no button ${button} in the form at ${this.page.path}`);
      sent.push([pressed.attribs.name, pressed.attribs.value ?? '']);
    }
    return sent;
  }
}

/** Somebody with an account, and what his browser keeps. */
export class Person {
  cookies = new Map();

  constructor(site, login) {
    Object.assign(this, { site, login });
  }

  static async signedIn(site, login, password) {
    const person = new Person(site, login);
    const page = await person.get('/sign-in');
    const arrived = await person.send(page.form('login', 'password'), { login, password });
    if (arrived.path.startsWith('/sign-in')) throw new Error(`${login} cannot sign in: ${arrived.text}`);
    return person;
  }

  /** Asks, and goes where it is led. */
  async go(path, init = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await this.site.ask(path, { ...init, headers: { cookie, origin: this.site.server.base, ...init.headers } });
    for (const set of answer.headers.getSetCookie()) {
      const [, name, value] = set.match(/^([^=]+)=([^;]*)/);
      this.cookies.set(name, value);
    }
    const to = answer.headers.get('location');
    if (answer.status >= 300 && answer.status < 400 && to) {
      await answer.arrayBuffer();
      return this.go(to.replace(this.site.server.base, ''));
    }
    return new Page(answer.status, path, await answer.text());
  }

  get(path) {
    return this.go(path);
  }

  /** Sends a form as it stands on its page, with what is filled in and the button that is pressed. */
  send(form, filled = {}, button) {
    const entries = form.entries(filled, button);
    const action = form.node.attribs.action ?? form.page.path;
    if (form.method === 'get') return this.go(`${action.split('?')[0]}?${new URLSearchParams(entries)}`);
    if (form.node.attribs.enctype === 'multipart/form-data') {
      const body = new FormData();
      for (const [name, value] of entries) body.append(name, value);
      return this.go(action, { method: 'POST', body });
    }
    return this.go(action, { method: 'POST', body: new URLSearchParams(entries) });
  }
}

/** Another program that comes with a token. */
export class Program {
  constructor(site, token) {
    Object.assign(this, { site, token });
  }

  async call(method, path, body, headers = {}) {
    const isText = typeof body === 'string';
    const answer = await this.site.ask(`/api/v1${path}`, {
      method,
      body: body === undefined || isText ? body : JSON.stringify(body),
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': isText ? 'text/csv' : 'application/json' }),
        ...headers,
      },
    });
    const text = await answer.text();
    return { status: answer.status, said: text && answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text };
  }
}

/** Asks until it is so. */
export async function until(ask, what, most = 300_000) {
  const end = Date.now() + most;
  let seen;
  while (Date.now() < end) {
    seen = await ask();
    if (seen === true) return;
    await new Promise((done) => setTimeout(done, 500));
  }
  throw new Error(`${what}: ${JSON.stringify(seen)}`);
}
