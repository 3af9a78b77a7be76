// A whole round of devolution in a county, from the three times down and up to recall: by the pages' forms without
// script, and by the interface.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  AFTER, BEGINS, COUNTY, LAST, LEADERS, OPENED, ORGANIZATION, SIZE, STAGE_DUE,
  before as beforeTheRound, departments, facts, first, powers, townships,
} from './county.mjs';
import { Person, Site, until } from './site.mjs';

const PASSWORD = 'san-xia-san-shang-2026';
const ALL = SIZE.townships * SIZE.powers;
/** The townships object to three powers; one of them is changed, the others are dropped. */
const [CHANGED, ...DROPPED] = powers.slice(-3);
const OBJECTED = 3 * SIZE.townships;
const AGREED = ALL - 2 * SIZE.townships;
/** Dates as pages write them. */
const written = (day) => {
  const [year, month, date] = day.split('-').map(Number);
  return new RegExp(`${year}年${month}月${date}日`);
};
/** A PDF, as small as one can be. */
const SCAN = '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n';
const scan = (content = SCAN, name = '签署件.pdf', type = 'application/pdf') => new File([content], name, { type });

const told = (page) => `${page.status} ${page.path}: ${page.text.slice(0, 1500)}`;
const ok = (page) => {
  assert.equal(page.status, 200, told(page));
  return page;
};
const refused = (page, words) => {
  assert.equal(page.status, 422, told(page));
  assert.match(page.errors, words);
  return page;
};
/** Every pair once. */
function once(pairs, count) {
  assert.equal(pairs.length, count);
  assert.equal(new Set(pairs).size, count, 'none twice');
}

describe('a round', () => {
  let site;
  const people = {};
  const as = async (login) => (people[login] ??= await Person.signedIn(site, login, PASSWORD));
  let office;
  let round;
  const proposals = [];
  /** Power, township and assignment of each item that was agreed. */
  let held = [];

  const account = (login, ...more) => site.run(['user', 'add', login, '--person', login, ...more], `${PASSWORD}\n${PASSWORD}\n`);
  /** A step of the story; what comes after one that failed is left out. */
  let failed = false;
  const step = (name, act) =>
    test(name, async (t) => {
      if (failed) return t.skip('what it stands on failed');
      failed = true;
      await site.station(name, act);
      failed = false;
    });

  before(async () => {
    site = await Site.open('round', OPENED);
  });
  after(async () => {
    console.table(site?.stations);
    await site?.close();
  });

  /** Imports a file by its page: all rows are good, and as many are new as said. */
  async function imported(kind, content, count) {
    const page = ok(await office.get(`/import?kind=${kind}`));
    const looked = ok(await office.send(page.form('kind', 'file'), { kind, file: new File([content], `${kind}.csv`, { type: 'text/csv' }) }));
    assert.deepEqual(looked.numbers, [count, 0, 0, 0], `${kind}: ${looked.text.slice(0, 1500)}`);
    const done = ok(await office.send(looked.forms().find((form) => form.node.attribs.action?.startsWith('/import/'))));
    assert.deepEqual(done.numbers, [count, 0, 0, 0], told(done));
  }
  const rowsOf = (content) => content.split('\n').length - 1;

  step('a county with its accounts', async () => {
    await site.run(['import', 'units', await site.file('county.csv', first)]);
    await account(ORGANIZATION, '--name', '编办主任', '--role', 'organization', '--unit', COUNTY, '--post', '县委编办');
    await site.serve();
    office = await as(ORGANIZATION);
    for (const [kind, content] of Object.entries(beforeTheRound)) await imported(kind, content, rowsOf(content));
    const logins = [...LEADERS, ...departments.flatMap(({ manager, supervisor }) => [manager, supervisor]), ...townships.map(({ manager }) => manager)];
    for (const login of [...logins, townships[0].handlers[0], townships[0].handlers[1], townships[0].approver]) await account(login);
  });

  step('a route of approval', async () => {
    const page = ok(await office.get('/routes'));
    const done = ok(await office.send(page.form('stage_1', 'stage_2'), {
      name: '赋权审批', unit: COUNTY,
      stage_1: '编办审核', mode_1: 'any', days_1: '3', persons_1: LEADERS[0],
      stage_2: '领导小组', mode_2: 'quorum', quorum_2: '2', days_2: '5', persons_2: LEADERS.slice(1).join('、'),
    }));
    assert.match(done.text, /领导小组/);
  });

  step('the round opens', async () => {
    const form = ok(await office.get('/rounds/new')).form('title', 'version');
    const version = form.controls.find((control) => control.attribs.name === 'version').children
      .find((option) => option.attribs?.value?.length === 36).attribs.value;
    const page = ok(await office.send(form, { title: '2026年赋权', unit: COUNTY, kind: 'township', version, days: '5', form: 'conferral', functions: ['accept', 'review', 'approve'] }));
    round = page.path.split('?')[0];
    assert.deepEqual(page.numbers, [0, 0, 0, ALL], 'all in, none answered');
    assert.match(page.text, written(STAGE_DUE), 'holidays are no working days');
  });

  /** Goes on to the next stage. */
  async function close() {
    return ok(await office.send(ok(await office.get(round)).form('stage')));
  }
  const answer = async (person, query, filled) => {
    const page = ok(await person.get(round + query));
    return person.send(page.form('act', 'all'), { all: 'yes', ...filled });
  };

  step('one up: townships answer in bulk, and object to some', async () => {
    await close();
    for (const { manager } of townships) {
      const person = await as(manager);
      const accepted = ok(await answer(person, '', { act: 'accept' }));
      assert.deepEqual(accepted.numbers, [SIZE.powers, 0, 0, 0], `${manager} sees his own alone, all accepted`);
      for (const power of [CHANGED, ...DROPPED]) {
        ok(await answer(person, `?q=${power.code}`, { act: 'object', comment: `${power.name}太专业，接不住` }));
      }
    }
    const page = ok(await office.get(round));
    assert.deepEqual(page.numbers, [ALL - OBJECTED, 0, OBJECTED, 0]);
    const silent = await answer(await as(townships[0].manager), `?q=${powers[0].code}`, { act: 'object', comment: '' });
    refused(silent, /意见|理由|说明/);
  });

  step('two down: departments change some', async () => {
    await close();
    const changed = ok(await answer(await as(CHANGED.department.manager), `?q=${CHANGED.code}`, {
      act: 'change', list: 'co_operating', comment: '县局派员配合',
    }));
    assert.match(changed.text, new RegExp(`${SIZE.townships}`));
    const page = ok(await office.get(round));
    assert.deepEqual(page.numbers, [ALL - OBJECTED, 0, OBJECTED - SIZE.townships, SIZE.townships]);
  });

  step('two up: townships accept what was changed', async () => {
    await close();
    for (const { manager } of townships) ok(await answer(await as(manager), `?q=${CHANGED.code}`, { act: 'accept' }));
    assert.deepEqual(ok(await office.get(round)).numbers, [AGREED, 0, ALL - AGREED, 0]);
  });

  step('three down and up: the county drops the rest, and the round ends', async () => {
    await close();
    await close();
    const early = await office.send(ok(await office.get(round)).form('stage'));
    refused(early, new RegExp(`${ALL - AGREED}`));
    for (const power of DROPPED) {
      ok(await answer(office, `?q=${power.code}`, { act: 'change', kept: 'no', comment: '采纳乡镇意见' }));
    }
    const ended = await close();
    assert.deepEqual(ended.numbers, [AGREED, ALL - AGREED, 0, 0]);
    assert.equal(ended.forms('act').length, 0, 'nothing is answered any more');
    const items = (await office.get(`${round}/items.csv`)).html.trim().split('\n');
    assert.equal(items.length - 1, ALL, 'none is lost');
  });

  step('what was agreed becomes proposals', async () => {
    const page = ok(await office.send(ok(await office.get(round)).form('do=propose', 'from'), { from: BEGINS }));
    proposals.push(...new Set(page.links(/^\/proposals\/[0-9a-f-]{36}$/)));
    assert.equal(proposals.length, departments.length, 'one for each department');
    assert.equal(page.forms('do=propose').length, 0, 'nothing is proposed twice');
    for (const path of proposals) ok(await office.send(ok(await office.get(path)).form('do=propose')));
  });

  step('townships accept all in bulk', async () => {
    for (const { manager } of townships) {
      const person = await as(manager);
      for (const path of proposals) {
        const page = ok(await person.get(path));
        ok(await person.send(page.forms('items=all')[0], {}, 'answer=accept'));
      }
    }
  });

  step('approvers decide by the stages', async () => {
    for (const path of proposals) {
      ok(await office.send(ok(await office.get(path)).form('do=submit')));
      for (const login of LEADERS.slice(0, 3)) {
        const person = await as(login);
        const page = ok(await person.get(path));
        const voted = ok(await person.send(page.form('vote'), {}, 'vote=agree'));
        if (login === LEADERS[0]) {
          // Sent once more, as by somebody who went back in his browser.
          refused(await person.send(page.form('vote'), {}, 'vote=agree'), /./);
        }
        assert.equal(voted.forms('vote').length, 0, 'a vote is cast once');
      }
    }
    for (const path of proposals) {
      const found = [];
      for (let number = 1; ; number += 1) {
        const page = ok(await office.get(`${path}?page=${number}`));
        const rows = page.rows.filter((row) => row.length === 6);
        const links = page.links(/^\/takeovers\/[0-9a-f-]{36}$/);
        if (!links.length) break;
        links.forEach((link, place) => {
          const power = powers.find(({ code }) => rows[place][1].endsWith(code));
          const township = townships.find(({ name }) => rows[place][2] === name);
          found.push({ power, township, id: link.split('/')[2] });
        });
      }
      held.push(...found);
    }
    once(held.map(({ power, township }) => `${power.code} ${township.code}`), AGREED);
    once(held.map(({ id }) => id), AGREED);
    assert.equal(ok(await office.get('/takeovers')).total, AGREED);
  });

  step('papers are drawn and signed', async () => {
    for (const township of townships) {
      const person = await as(township.manager);
      for (const department of departments) {
        const { id } = held.find((each) => each.township === township && each.power.department === department);
        const giver = await as(department.manager);
        const form = ok(await giver.get(`/assignments/${id}/papers/new?kind=acceptance&items=all`)).form('action=check');
        const checked = ok(await giver.send(form, {}, 'action=check'));
        const drawn = ok(await giver.send(checked.form('proposed', 'number')));
        const paper = drawn.path.split('?')[0];
        const attach = ok(await person.get(`${paper}/attach`));
        if (township === townships[0] && department === departments[0]) {
          refused(await person.send(attach.form('file'), { file: scan('GIF89a....', '签署件.pdf') }), /./);
          const large = new File([new Uint8Array(200 << 20)], '签署件.pdf', { type: 'application/pdf' });
          refused(await person.send(attach.form('file'), { file: large }), /MB|兆/);
        }
        ok(await person.send(attach.form('file'), { file: scan() }));
        const signed = ok(await person.send(ok(await person.get(paper)).form('do=sign', 'signed_on'), { signed_on: OPENED }));
        assert.equal(signed.forms('do=sign').length, 0);
        if (township === townships[0] && department === departments[0]) {
          const again = await person.go(paper, { method: 'POST', body: new URLSearchParams({ do: 'sign', signed_on: OPENED }) });
          refused(again, /./);
        }
      }
    }
  });

  step('facts meet the tasks', async () => {
    for (const [kind, content] of Object.entries(facts(held))) await imported(kind, content, rowsOf(content));
  });

  /** Does something to all take-overs that somebody sees: to so many, and so many are left with a reason. */
  async function bulk(person, what, filled, [count, left]) {
    const page = ok(await person.get('/takeovers'));
    const asking = ok(await person.send(page.form('scope', `do=${what}`), { scope: 'all' }, `do=${what}`));
    const done = ok(await person.send(asking.form('step=do'), filled));
    assert.match(done.text, new RegExp(`(^|\\D)${count}(\\D|$)`), told(done));
    assert.equal(done.links(/^\/takeovers\/[0-9a-f-]{36}$/).length, Math.min(left, 200), told(done));
  }

  step('guides are ticked, and what is missing is waived, in bulk', async () => {
    const each = SIZE.powers - DROPPED.length;
    for (const { manager } of townships) {
      await bulk(await as(manager), 'tick', { task: 'guide', note: '办事指南已在政务服务网公布' }, [each, 0]);
    }
    // The last township has no seal yet.
    const person = await as(townships.at(-1).manager);
    const sealed = powers.filter((power) => power.equipment && !DROPPED.includes(power)).length;
    const waiver = { task: 'means', reason: '印章正在刻制', plan: '刻制前加盖县局印章', to: '2026-07-31' };
    await bulk(person, 'waive', waiver, [sealed, each - sealed]);
    await bulk(await as(LEADERS[0]), 'decide', { task: 'means', decision: 'granted', answer: '同意' }, [sealed, AGREED - sealed]);
  });

  /** Serves from the morning of another day on; everybody signs in again. */
  async function travel(day) {
    for (const login of Object.keys(people)) delete people[login];
    await site.serve(day);
    office = await as(ORGANIZATION);
  }
  const numbered = (text) => Number(text.replace(/\D/g, ''));
  /** How many each published unit holds. */
  const published = async () => {
    const page = ok(await new Person(site).get('/public'));
    return page.rows.map((row) => numbered(row[1]));
  };
  const exported = async () => (await office.get('/export/assignments.csv')).html.trim().split('\n').slice(1);

  step('what is taken over is in force on its day', async () => {
    await travel(BEGINS);
    await until(async () => {
      const { total } = ok(await office.get('/takeovers'));
      return total === 0 || total;
    }, 'take-overs that are still open');
    const pairs = (await exported()).map((row) => row.split(',')).map(([power, , , unit]) => `${power} ${unit}`);
    once(pairs, AGREED);
    const form = ok(await office.get('/publishing')).form('all', 'do=publish');
    ok(await office.send(form, { all: 'yes' }, 'do=publish'));
    assert.deepEqual(await published(), townships.map(() => SIZE.powers - DROPPED.length), 'the public list shows it');
  });

  /** Who could decide in a township on a day: the names. */
  async function deciders(power, township, on) {
    const page = ok(await office.get(`/who?${new URLSearchParams({ power: power.code, unit: township.code, function: 'approve', on })}`));
    return page.rows.filter((row) => row[1] === '可以').map((row) => row[0]);
  }
  const approverOf = (township) => [`审批${township.approver}`];
  const [RECALLED, RECALLED_OF_ONE] = powers;
  const [ONE, OTHER] = townships;

  step('cases are opened, decided and handed off', async () => {
    const { id, power } = held.find((each) => each.township === ONE && each.power === RECALLED);
    const [handler] = ONE.handlers.slice(Number(power.code.slice(3)) % 2);
    const [opener, approver] = [await as(handler), await as(ONE.approver)];
    const paths = [];
    for (const number of ['SL〔2026〕1号', 'SL〔2026〕2号', 'SL〔2026〕3号']) {
      const page = ok(await opener.send(ok(await opener.get(`/cases/new?assignment=${id}`)).form('number'), { number }));
      const path = page.path.split('?')[0];
      ok(await opener.send(page.form('function=review'), {}, 'function=review'));
      paths.push(path);
    }
    const form = ok(await approver.get(paths[0])).form('function=approve');
    const both = await Promise.all([1, 2].map(() => approver.send(form, {}, 'function=approve')));
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 422], 'of two who decide at once, one does');
    refused(both.find(({ status }) => status === 422), /办结|决定/);
    refused(await approver.send(form, {}, 'function=approve'), /办结|决定/);
    ok(await approver.send(ok(await approver.get(paths[1])).form('function=approve'), {}, 'function=approve'));

    const supervisor = await as(power.department.supervisor);
    const inbox = ok(await supervisor.get('/handoffs'));
    const claiming = inbox.form('handoffs');
    const ids = claiming.controls.filter((control) => control.attribs.name === 'handoffs').map((control) => control.attribs.value);
    once(ids, 2);
    ok(await supervisor.send(claiming, { handoffs: ids }));
    assert.equal(ok(await supervisor.get('/handoffs')).forms('handoffs').length, 0, 'all are claimed');
  });

  step('one power is recalled from all, one from a unit', async () => {
    const all = held.find((each) => each.township === ONE && each.power === RECALLED);
    const one = held.find((each) => each.township === OTHER && each.power === RECALLED_OF_ONE);
    ok(await office.send(ok(await office.get(`/assignments/${all.id}/recall`)).form('reason', 'scope'), {
      reason: 'too_technical', note: '乡镇缺少专业人员', number: '示收〔2026〕1号', last_on: LAST, scope: 'all',
    }));
    const form = ok(await office.get(`/assignments/${one.id}/recall`)).form('reason', 'scope');
    const filled = { reason: 'too_rare', note: '三年零办件', number: '示收〔2026〕2号', last_on: LAST, scope: 'one' };
    const both = await Promise.all([1, 2].map(() => office.send(form, filled)));
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 422], 'of two who recall at once, one does');
    refused(await office.send(form, filled), /收回/);
    const recalled = ok(await office.get(`/assignments/${all.id}/recall`));
    assert.match(recalled.text, /SL〔2026〕3号/, 'the open case, and who finishes it');
    assert.equal(recalled.forms('scope').length, 0);
  });

  step('who may decide, before, during and after', async () => {
    await travel(AFTER);
    const eve = (day) => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
    for (const township of [ONE, OTHER]) {
      assert.deepEqual(await deciders(RECALLED, township, eve(BEGINS)), []);
      assert.deepEqual(await deciders(RECALLED, township, BEGINS), approverOf(township));
      assert.deepEqual(await deciders(RECALLED, township, LAST), approverOf(township));
      assert.deepEqual(await deciders(RECALLED, township, AFTER), []);
    }
    assert.deepEqual(await deciders(RECALLED_OF_ONE, ONE, AFTER), approverOf(ONE), 'the others keep it');
    assert.deepEqual(await deciders(RECALLED_OF_ONE, OTHER, AFTER), []);
    assert.deepEqual(await deciders(DROPPED[0], ONE, LAST), [], 'what was dropped never came');
  });

  step('nothing is lost: the lists, the inboxes and the trail', async () => {
    const rows = (await exported()).map((row) => row.split(','));
    once(rows.map(([power, , , unit]) => `${power} ${unit}`), AGREED);
    const left = await published();
    assert.equal(left.reduce((sum, each) => sum + each, 0), AGREED - SIZE.townships - 1, 'in force after the recall');
    const manager = await as(OTHER.manager);
    const seen = [];
    for (let page = 1; page < 40; page += 1) {
      const { rows } = ok(await manager.get(`/inbox?page=${page}`));
      if (!rows.length || (seen.length && seen.at(-1)[0] === rows.at(-1)[0] && rows.length < 50)) break;
      seen.push(...rows);
      if (rows.length < 50) break;
    }
    const words = seen.map((row) => row[0]).join('\n');
    for (const expected of [/2026年赋权/, /收回/, /赋提〔2026〕/]) assert.match(words, expected);
    const verified = await site.run(['audit', 'verify']);
    assert.match(verified, /:[0-9a-f]{64}/);
  });
});
