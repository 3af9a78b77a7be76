// The measurements of `bench`.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const binary = process.env.BATON_BINARY;
const folder = mkdtempSync(join(tmpdir(), 'baton-bench-'));
const MONTHS = 12;
const UNITS = 40;
const POWERS = 42;
const ROWS = 20_000;
/** Seconds for each number of clients on each page, after one of warming up. */
const WINDOW = Number(process.env.BATON_BENCH_SECONDS ?? 5);
const now = () => Number(process.hrtime.bigint()) / 1e6;
const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const median = (values) => at([...values].sort((a, b) => a - b), 0.5);
const at = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];

function freePort() {
  return new Promise((done) => {
    const taken = createServer().listen(0, '127.0.0.1', () => {
      const { port } = taken.address();
      taken.close(() => done(port));
    });
  });
}

const running = new Set();
/** Starts `command` on a free port and waits until / answers 200; gives how long that took. */
async function start(database, command) {
  const port = await freePort();
  const began = now();
  const args = ['--database', database, command, '--listen', `127.0.0.1:${port}`];
  const child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  running.add(child);
  const ended = new Promise((done) => child.once('exit', done));
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}`);
    if ((await status(port)) === 200) break;
    await sleep(1);
  }
  const took = now() - began;
  const stop = async () => {
    child.kill('SIGTERM');
    // Connections that are kept alive hold a server that ends gracefully.
    const late = setTimeout(() => child.kill('SIGKILL'), 2000);
    await ended;
    clearTimeout(late);
    running.delete(child);
  };
  return { port, took, stop };
}

/** The status of /, after redirects; undefined while nobody listens. */
function status(port, path = '/') {
  return new Promise((done) => {
    const request = http.get({ host: '127.0.0.1', port, path, agent: false }, (answer) => {
      answer.resume();
      answer.on('end', () => {
        const to = answer.headers.location;
        done(answer.statusCode >= 300 && answer.statusCode < 400 && to ? status(port, to) : answer.statusCode);
      });
    });
    request.on('error', () => done(undefined));
  });
}

function get(agent, port, path) {
  return new Promise((done, failed) => {
    const request = http.get({ host: '127.0.0.1', port, path, agent }, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk) => (bytes += chunk.length));
      answer.on('end', () => {
        if (answer.statusCode === 200) done(bytes);
        else failed(new Error(`${path} answers ${answer.statusCode}`));
      });
    });
    request.on('error', failed);
  });
}

/** Pages per second and the times of `clients` that ask for one page after the other. */
async function load(port, path, clients) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
  let times = [];
  let bytes = 0;
  let until = now() + 1000;
  const client = async () => {
    while (now() < until) {
      const began = now();
      bytes = await get(agent, port, path);
      times.push(now() - began);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  times = [];
  const began = now();
  until = began + WINDOW * 1000;
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (now() - began) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  return { rate: times.length / seconds, p50: at(times, 0.5), p99: at(times, 0.99), bytes };
}

/** Runs a command; gives how long it took, in seconds. */
function timed(database, ...args) {
  const out = openSync(join(folder, 'printed'), 'w');
  const began = now();
  const done = spawnSync(binary, ['--database', database, ...args], { stdio: ['ignore', out, 'pipe'] });
  const seconds = (now() - began) / 1000;
  closeSync(out);
  if (done.status !== 0) throw new Error(`baton ${args.join(' ')} ended with ${done.status}\n${done.stderr}`);
  return seconds;
}

const file = (name, lines) => {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
};

/** A county of its own, large enough for the statistics. */
function county() {
  const today = new Date();
  const from = `${today.getFullYear() - 2}-01-01`;
  const months = Array.from({ length: MONTHS }, (_, back) =>
    new Date(Date.UTC(today.getFullYear(), today.getMonth() - 1 - back, 1)).toISOString().slice(0, 7));
  const units = Array.from({ length: UNITS }, (_, place) => `BENCH-U${String(place).padStart(3, '0')}`);
  const powers = Array.from({ length: POWERS }, (_, place) => `BENCH-P${String(place).padStart(3, '0')}`);
  const pairs = units.flatMap((unit) => powers.map((power) => [unit, power]));
  const statistics = pairs.flatMap(([unit, power]) =>
    months.map((month) => `${unit},${power},测速目录,1,${month},12,11,2,3,0,1,0`)).slice(0, ROWS);
  return {
    units: file('units.csv', [
      '单位编码,单位名称,单位类型,上级单位编码',
      'BENCH,测速县,县,',
      ...units.map((unit) => `${unit},测速${unit}乡,乡镇,BENCH`),
    ]),
    powers: file('powers.csv', [
      '目录,版本,事项编码,事项名称,事项类型,领域,单件工时',
      ...powers.map((power) => `测速目录,1,${power},测速${power}事项,行政处罚,测速,60`),
    ]),
    assignments: file('assignments.csv', [
      '事项编码,目录,版本,承接单位编码,下放方式,承接环节,生效日期',
      ...pairs.map(([unit, power]) => `${power},测速目录,1,${unit},法定,检查、处罚、监管,${from}`),
    ]),
    statistics: file('statistics.csv', [
      '单位编码,事项编码,目录,版本,月份,受理,办结,即办,提前办结,超时,退件,投诉',
      ...statistics,
    ]),
    counts: { units: UNITS + 1, powers: POWERS, assignments: pairs.length, statistics: statistics.length },
  };
}

/** The address of the first link to one thing. */
async function example(port, list, pattern) {
  const page = await (await fetch(`http://127.0.0.1:${port}${list}`)).text();
  const found = page.match(pattern);
  if (!found) throw new Error(`no link like ${pattern} on ${list}`);
  return found[1].replaceAll('&amp;', '&');
}

async function measure(name, database) {
  const results = [];
  const note = (what, value, unit, digits = 1) => {
    results.push([what, value, unit, digits]);
    console.error(`${name}: ${what} ${value.toFixed(digits)} ${unit}`);
  };
  let server = await start(database, 'demo');
  await server.stop();

  const starts = [];
  for (let time = 0; time < 7; time += 1) {
    const one = await start(database, 'serve');
    starts.push(one.took);
    await one.stop();
  }
  note('start until / answers (median of 7)', median(starts), 'ms');

  server = await start(database, 'serve');
  const places = [
    ['board', '/board'],
    ['unit', await example(server.port, '/units', /href="(\/units\/[0-9a-f-]{36})"/)],
    ['assignment', await example(server.port, '/assignments', /href="(\/assignments\/[0-9a-f-]{36})"/)],
  ];
  for (const [what, path] of places) {
    const rates = [];
    for (const clients of [1, 16]) {
      const { rate, p50, p99, bytes } = await load(server.port, path, clients);
      const label = `${what}, ${clients} client${clients > 1 ? 's' : ''}`;
      if (clients === 1) note(`${what}, size`, bytes / 1024, 'kB');
      note(`${label}`, rate, 'pages/s');
      note(`${label}, p50`, p50, 'ms', 2);
      note(`${label}, p99`, p99, 'ms', 2);
      rates.push(rate);
    }
    note(`${what}, 16 clients ÷ 1 client`, rates[1] / rates[0], '×', 2);
  }
  await server.stop();

  const files = county();
  for (const kind of ['units', 'powers', 'assignments']) {
    const seconds = timed(database, 'import', kind, files[kind]);
    if (kind === 'assignments') note(`import ${kind}`, files.counts[kind] / seconds, 'rows/s', 0);
  }
  const rows = files.counts.statistics;
  const first = rows / timed(database, 'import', 'statistics', files.statistics);
  const again = rows / timed(database, 'import', 'statistics', files.statistics);
  note(`import ${rows} statistics, new`, first, 'rows/s', 0);
  note(`import ${rows} statistics, unchanged`, again, 'rows/s', 0);
  note('unchanged ÷ new', again / first, '×', 2);

  const exported = execFileSync(binary, ['--database', database, 'export', 'assignments'], { maxBuffer: 1 << 28 });
  const assignments = exported.toString('utf8').trim().split('\n').length - 1;
  const day = new Date().toISOString().slice(0, 10);
  const kept = timed(database, 'assess', '--format', 'csv');
  const only = timed(database, 'assess', '--on', day, '--format', 'csv');
  note(`assess ${assignments} assignments, kept`, assignments / kept, '/s', 0);
  note(`assess ${assignments} assignments, not kept`, assignments / only, '/s', 0);
  note('not kept ÷ kept', kept / only, '×', 2);
  return results;
}

/** Widths in columns of a terminal; all labels are ASCII or one column wide. */
function table(columns) {
  const names = Object.keys(columns);
  const heads = ['measurement', ...names, ...(names.length > 1 ? [`${names[1]} ÷ ${names[0]}`] : []), 'unit'];
  const lines = columns[names[0]].map(([what, , unit, digits], place) => {
    const values = names.map((name) => columns[name][place][1]);
    const ratio = values.length > 1 ? [(values[1] / values[0]).toFixed(2)] : [];
    return [what, ...values.map((value) => value.toFixed(digits)), ...ratio, unit];
  });
  const widths = heads.map((head, place) => Math.max(...[heads, ...lines].map((line) => line[place].length)));
  const last = heads.length - 1;
  for (const line of [heads, ...lines]) {
    const cells = line.map((cell, place) =>
      place === 0 || place === last ? cell.padEnd(widths[place]) : cell.padStart(widths[place]));
    console.log(cells.join('  ').trimEnd());
  }
}

const postgres = process.env.BATON_BENCH_POSTGRES;
const database = `baton_bench_${process.pid}`;
const psql = (statement) => execFileSync('psql', ['--quiet', '--dbname', postgres, '--command', statement]);
try {
  const columns = { SQLite: await measure('SQLite', `sqlite://${join(folder, 'bench.db')}`) };
  if (postgres) {
    psql(`create database ${database}`);
    const address = new URL(postgres);
    address.pathname = `/${database}`;
    columns.PostgreSQL = await measure('PostgreSQL', address.href);
  }
  table(columns);
} finally {
  running.forEach((child) => child.kill('SIGKILL'));
  if (postgres) psql(`drop database if exists ${database} with (force)`);
  rmSync(folder, { recursive: true, force: true });
}
