// The same round as another program drives it: by the interface, with the tokens that people made on their pages.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  AFTER, BEGINS, COUNTY, LAST, LEADERS, OPENED, ORGANIZATION, SIZE, STAGE_DUE,
  before as beforeTheRound, departments, facts, first, powers, townships,
} from './county.mjs';
import { Person, Program, Site, until } from './site.mjs';

const PASSWORD = 'san-xia-san-shang-2026';
const ALL = SIZE.townships * SIZE.powers;
/** The first is dropped in the round, the second only when it is proposed. */
const [DROPPED, REFUSED] = powers.slice(-2);
const PROPOSED = ALL - SIZE.townships;
const AGREED = PROPOSED - SIZE.townships;

describe('a round through the interface', () => {
  let site;
  const tokens = {};
  let round;
  let proposals = [];
  let held = [];

  /** Who comes with the token that he made on his page. */
  async function as(login) {
    if (tokens[login]) return tokens[login];
    const person = await Person.signedIn(site, login, PASSWORD);
    const form = (await person.get('/account/tokens')).form('label', 'scopes');
    const scopes = form.controls.filter((control) => control.attribs.name === 'scopes').map((control) => control.attribs.value);
    const page = await person.send(form, { label: '接口', until: '2026-12-31', scopes }, 'action=make');
    const [token] = page.all((node) => node.name === 'code').map((node) => node.children[0].data);
    assert.ok(token, `${login}: ${page.text.slice(0, 500)}`);
    return (tokens[login] = new Program(site, token));
  }
  const told = ({ status, said }) => `${status}: ${JSON.stringify(said).slice(0, 1500)}`;
  async function ok(login, method, path, body) {
    const answer = await (await as(login)).call(method, path, body);
    assert.ok([200, 201].includes(answer.status), `${login} ${method} ${path} ${told(answer)}`);
    return answer.said;
  }
  async function refused(login, path, body, status = 422) {
    const answer = await (await as(login)).call('POST', path, body);
    assert.equal(answer.status, status, told(answer));
    assert.ok(answer.said.detail ?? answer.said.title, told(answer));
    return answer.said;
  }
  /** Everything that a list has, page by page. */
  async function all(login, path) {
    const items = [];
    for (let page = 1; ; page += 1) {
      const said = await ok(login, 'GET', `${path}${path.includes('?') ? '&' : '?'}per_page=200&page=${page}`);
      items.push(...said.items);
      if (items.length >= said.total || !said.items.length) {
        assert.equal(items.length, said.total, 'the number that is told is the number that is shown');
        return items;
      }
    }
  }
  const once = (keys, count) => {
    assert.equal(keys.length, count);
    assert.equal(new Set(keys).size, count, 'none twice');
  };
  let failed = false;
  const step = (name, act) =>
    test(name, async (t) => {
      if (failed) return t.skip('what it stands on failed');
      failed = true;
      await site.station(name, act);
      failed = false;
    });

  before(async () => {
    site = await Site.open('interface', OPENED);
  });
  after(async () => {
    console.table(site?.stations);
    await site?.close();
  });

  async function imported(kind, content) {
    const report = await ok(ORGANIZATION, 'POST', `/imports/${kind}`, content);
    const rows = content.split('\n').length - 1;
    assert.deepEqual([report.new, report.wrong], [rows, 0], `${kind}: ${JSON.stringify(report).slice(0, 1000)}`);
  }
  const account = (login, ...more) => site.run(['user', 'add', login, '--person', login, ...more], `${PASSWORD}\n${PASSWORD}\n`);

  step('a county with its accounts and tokens', async () => {
    await site.run(['import', 'units', await site.file('county.csv', first)]);
    await account(ORGANIZATION, '--name', '编办主任', '--role', 'organization', '--unit', COUNTY, '--post', '县委编办');
    await site.serve();
    for (const [kind, content] of Object.entries(beforeTheRound)) await imported(kind, content);
    const logins = [...LEADERS, ...departments.flatMap(({ manager, supervisor }) => [manager, supervisor]), ...townships.map(({ manager }) => manager)];
    for (const login of [...logins, ...townships[0].handlers, townships[0].approver]) await account(login);
    await ok(ORGANIZATION, 'POST', '/routes', {
      name: '赋权审批', unit: COUNTY,
      stages: [
        { name: '编办审核', mode: 'any', days: 3, persons: [LEADERS[0]] },
        { name: '领导小组', mode: 'quorum', quorum: 2, days: 5, persons: LEADERS.slice(1) },
      ],
    });
    const [route, ...more] = await ok(ORGANIZATION, 'GET', '/routes');
    assert.deepEqual([more, route.stages.map(({ seats }) => seats.length)], [[], [1, 3]]);
  });

  /** The round's counts: agreed, dropped, disputed, open. */
  const counts = async () => {
    const { agreed, dropped, disputed, open } = await ok(ORGANIZATION, 'GET', round);
    return [agreed, dropped, disputed, open];
  };
  const close = async (stage) => ok(ORGANIZATION, 'POST', `${round}/close`, { stage });
  const answer = (login, body) => ok(login, 'POST', `${round}/answers`, { all: true, ...body });

  step('the round opens', async () => {
    const [version, ...more] = await all(ORGANIZATION, '/catalogues');
    assert.deepEqual([more, version.powers], [[], SIZE.powers]);
    const { id } = await ok(ORGANIZATION, 'POST', '/rounds', {
      title: '2026年赋权', unit: COUNTY, kind: 'township', version: version.id, days: [5], form: 'conferral',
      functions: ['accept', 'review', 'approve'],
    });
    round = `/rounds/${id}`;
    assert.deepEqual(await counts(), [0, 0, 0, ALL]);
    assert.equal((await ok(ORGANIZATION, 'GET', round)).due_on, STAGE_DUE, 'holidays are no working days');
  });

  step('three up and down: townships answer, departments change, the county drops', async () => {
    await close('down_1');
    const [byFile, ...others] = townships;
    for (const { manager } of others) {
      assert.equal((await answer(manager, { act: 'accept' })).changed, SIZE.powers, 'his own alone');
      await answer(manager, { act: 'object', q: DROPPED.code, comment: '太专业，接不住' });
    }
    const rows = powers.map(({ code }) => `${byFile.code},${code},${code === DROPPED.code ? '不同意,太专业' : '同意,'}`);
    const file = (lines) => ['单位编码,事项编码,意见,说明', ...lines].join('\n');
    const wrong = await refused(byFile.manager, `${round}/file`, file([...rows.slice(1), `${byFile.code},SL-999,同意,`]));
    assert.match(JSON.stringify(wrong.errors), /SL-999/);
    assert.equal((await ok(byFile.manager, 'POST', `${round}/file`, file(rows))).changed, SIZE.powers);
    assert.deepEqual(await counts(), [ALL - SIZE.townships, 0, SIZE.townships, 0]);
    await refused(byFile.manager, `${round}/answers`, { act: 'object', all: true, q: powers[0].code });
    await close('up_1');
    await answer(DROPPED.department.manager, { act: 'change', q: DROPPED.code, functions: ['accept', 'approve'], comment: '审查仍由县局办理' });
    assert.deepEqual(await counts(), [ALL - SIZE.townships, 0, 0, SIZE.townships]);
    await close('down_2');
    for (const { manager } of townships) await answer(manager, { act: 'object', q: DROPPED.code, comment: '仍接不住' });
    await close('up_2');
    await close('down_3');
    await refused(ORGANIZATION, `${round}/close`, { stage: 'up_3' });
    await answer(ORGANIZATION, { act: 'change', q: DROPPED.code, kept: 'no', comment: '采纳乡镇意见' });
    await close('up_3');
    assert.deepEqual(await counts(), [PROPOSED, SIZE.townships, 0, 0]);
    const items = await all(ORGANIZATION, `${round}/items`);
    once(items.map((item) => `${item.code} ${item.unit_code}`), ALL);
    assert.ok((await all(ORGANIZATION, `${round}/changes?act=object`)).every(({ comment }) => comment));
  });

  step('what was agreed becomes proposals, once', async () => {
    const drafted = await ok(ORGANIZATION, 'POST', `${round}/proposals`, { from: BEGINS });
    assert.deepEqual([drafted.proposals.length, drafted.left], [departments.length, 0]);
    assert.equal(drafted.proposals.reduce((sum, { items }) => sum + items, 0), PROPOSED);
    await refused(ORGANIZATION, `${round}/proposals`, { from: BEGINS });
    proposals = drafted.proposals;
    for (const { id } of proposals) await ok(ORGANIZATION, 'POST', `/proposals/${id}/send`, {});
  });

  step('townships answer, and object to one', async () => {
    for (const { manager } of townships) {
      for (const { id } of proposals) {
        const items = (await all(manager, `/proposals/${id}/items`)).filter((item) => item.is_mine);
        const [no, yes] = [true, false].map((is) => items.filter((item) => (item.power_code === REFUSED.code) === is).map((item) => item.id));
        assert.equal((await ok(manager, 'POST', `/proposals/${id}/answers`, { items: yes, answer: 'accept' })).changed, yes.length);
        if (!no.length) continue;
        await refused(manager, `/proposals/${id}/answers`, { items: no, answer: 'object' });
        await ok(manager, 'POST', `/proposals/${id}/answers`, { items: no, answer: 'object', reason: '太专业，接不住' });
      }
    }
    const objected = [];
    let id;
    for (const proposal of proposals) {
      const found = (await all(ORGANIZATION, `/proposals/${proposal.id}/items`)).filter((item) => item.state === 'objected');
      if (found.length) ({ id } = proposal);
      objected.push(...found);
    }
    once(objected.map((item) => item.unit_code), SIZE.townships);
    assert.ok(objected.every((item) => item.power_code === REFUSED.code && item.reason));
    await ok(ORGANIZATION, 'POST', `/proposals/${id}/answers`, { items: objected.map((item) => item.id), answer: 'drop', reason: '采纳乡镇意见' });
  });

  step('approvers decide by the stages', async () => {
    for (const { id } of proposals) {
      await ok(ORGANIZATION, 'POST', `/proposals/${id}/submit`, {});
      await ok(LEADERS[0], 'POST', `/proposals/${id}/votes`, { vote: 'agree' });
      const again = await (await as(LEADERS[0])).call('POST', `/proposals/${id}/votes`, { vote: 'agree' });
      assert.ok([409, 422, 403].includes(again.status), told(again));
      // Both decide at once: none is lost, and nobody decides for the other.
      await Promise.all(LEADERS.slice(1, 3).map((login) => ok(login, 'POST', `/proposals/${id}/votes`, { vote: 'agree' })));
    }
    for (const { id } of proposals) {
      const items = await all(ORGANIZATION, `/proposals/${id}/items`);
      held.push(...items.filter((item) => item.assignment).map((item) => ({
        id: item.assignment,
        power: powers.find(({ code }) => code === item.power_code),
        township: townships.find(({ code }) => code === item.unit_code),
      })));
    }
    once(held.map(({ id }) => id), AGREED);
    once(held.map(({ power, township }) => `${power.code} ${township.code}`), AGREED);
  });

  step('facts, papers and ticks meet the tasks', async () => {
    for (const [kind, content] of Object.entries(facts(held))) await imported(kind, content);
    const many = (login, body) => ok(login, 'POST', '/takeovers', { scope: 'all', ...body });
    const each = AGREED / SIZE.townships;
    const signed = await many(ORGANIZATION, { do: 'sign', number: '示承〔2026〕1号', signed_on: OPENED });
    assert.deepEqual([signed.changed, signed.left.length], [AGREED, 0]);
    for (const { manager } of townships) {
      const done = await many(manager, { do: 'tick', task: 'guide', note: '办事指南已公布' });
      assert.deepEqual([done.changed, done.left.length], [each, 0]);
    }
    const sealed = powers.filter((power) => power.equipment && power !== REFUSED && power !== DROPPED).length;
    const waiver = { do: 'waive', task: 'means', reason: '印章正在刻制', plan: '加盖县局印章', to: '2026-07-31' };
    const asked = await many(townships.at(-1).manager, waiver);
    assert.deepEqual([asked.changed, asked.left.length], [sealed, each - sealed]);
    assert.ok(asked.left.every(({ why }) => why));
    assert.equal((await many(LEADERS[0], { do: 'decide', task: 'means', decision: 'granted' })).changed, sealed);
  });

  step('what is taken over is in force on its day', async () => {
    await site.serve(BEGINS);
    const office = await Person.signedIn(site, ORGANIZATION, PASSWORD);
    await until(async () => {
      const { total } = await office.get('/takeovers');
      return total === 0 || total;
    }, 'take-overs that are still open');
    const lines = await all(ORGANIZATION, '/assignments');
    once(lines.map((line) => line.id), AGREED);
  });

  async function deciders(power, township, on) {
    const asked = new URLSearchParams({ power: power.code, unit: township.code, function: 'approve', on });
    const { people } = await ok(ORGANIZATION, 'GET', `/holders?${asked}`);
    return people.filter(({ could }) => could).map(({ name }) => name);
  }
  const approver = (township) => [`审批${township.approver}`];
  const [RECALLED, RECALLED_OF_ONE] = powers;
  const [ONE, OTHER] = townships;
  const of = (power, township) => held.find((each) => each.power === power && each.township === township);

  step('cases are decided and handed off, powers recalled', async () => {
    const cases = [];
    for (const number of ['SL-1', 'SL-2']) {
      const { id } = await ok(ONE.handlers[0], 'POST', '/cases', { assignment: of(RECALLED, ONE).id, number });
      cases.push(id);
    }
    const decide = async (id) => (await as(ONE.approver)).call('POST', `/cases/${id}/steps`, { function: 'approve' });
    const both = await Promise.all([decide(cases[0]), decide(cases[0])]);
    assert.deepEqual(both.map(({ status }) => status === 200).sort(), [false, true], both.map(told).join('\n'));
    await refused(ONE.approver, `/cases/${cases[0]}/steps`, { function: 'approve' }, both.find(({ status }) => status !== 200).status);
    const supervisor = RECALLED.department.supervisor;
    const [pushed, ...more] = await all(supervisor, '/handoffs?stage=unclaimed');
    assert.deepEqual(more, [], 'one decision, one hand-off');
    assert.equal((await ok(supervisor, 'POST', `/handoffs/${pushed.id}/claim`, {})).state, 'claimed');

    const recall = { reason: 'too_technical', note: '乡镇缺少专业人员', number: '示收〔2026〕1号', last_on: LAST };
    const path = `/assignments/${of(RECALLED, ONE).id}/recall`;
    assert.equal((await ok(ORGANIZATION, 'POST', path, { ...recall, scope: 'all' })).changed, SIZE.townships);
    const again = await (await as(ORGANIZATION)).call('POST', path, { ...recall, scope: 'all' });
    assert.ok([409, 422].includes(again.status) && JSON.stringify(again.said).includes('收回'), told(again));
    await ok(ORGANIZATION, 'POST', `/assignments/${of(RECALLED_OF_ONE, OTHER).id}/recall`, { ...recall, number: '示收〔2026〕2号', scope: 'one' });
    const left = await ok(ORGANIZATION, 'GET', `/assignments/${of(RECALLED_OF_ONE, OTHER).id}/reclaims`);
    assert.ok(left.length > 0 && left.every(({ state }) => state === 'open'), 'people and money are taken back');
  });

  step('who may decide, before, during and after', async () => {
    await site.serve(AFTER);
    for (const township of [ONE, OTHER]) {
      assert.deepEqual(await deciders(RECALLED, township, OPENED), []);
      assert.deepEqual(await deciders(RECALLED, township, BEGINS), approver(township));
      assert.deepEqual(await deciders(RECALLED, township, LAST), approver(township));
      assert.deepEqual(await deciders(RECALLED, township, AFTER), []);
    }
    assert.deepEqual(await deciders(RECALLED_OF_ONE, ONE, AFTER), approver(ONE));
    assert.deepEqual(await deciders(RECALLED_OF_ONE, OTHER, AFTER), []);
    for (const power of [DROPPED, REFUSED]) assert.deepEqual(await deciders(power, ONE, LAST), [], 'what was dropped never came');
    const verified = await site.run(['audit', 'verify']);
    assert.match(verified, /:[0-9a-f]{64}/);
  });
});
