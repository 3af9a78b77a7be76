// What people do: look why a unit cannot absorb a power, filter, change the language, import, assign.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { check, look, violations } from './checks.mjs';
import { ask, end, sample, withPage } from './harness.mjs';
import { freshUnit, submit, upload } from './pages.mjs';

const main = (page) => page.locator('main');
const follow = async (page, link) => {
  await Promise.all([page.waitForEvent('framenavigated'), link.click()]);
  await page.waitForLoadState('load');
};
const address = (page) => new URL(page.url());
/** A link to one thing of a list, not to the list's own actions. */
const ID = /^\/assignments\/[0-9a-f-]{36}$/;
const exceptions = (faults) => faults.filter((fault) => fault.startsWith('exception'));

describe('flows', () => {
  before(sample);
  after(async () => process.env.BATON_SHARED || (await end()));

  for (const script of [true, false]) {
    // The state that a flow ends in is a page too, and no address leads the tests of the routes to it.
    const it = (name, use) =>
      test(`${name}, script ${script ? 'on' : 'off'}`, () =>
        withPage({ script, width: script ? 1280 : 390 }, async (page, faults) => {
          await use(page);
          check(await page.evaluate(look), await page.locator('html').getAttribute('lang'));
          if (script) assert.equal(await violations(page), '');
          assert.deepEqual(exceptions(faults), []);
        }));

    it('from the board to the sentence that says why', async (page) => {
      await page.goto('/board');
      const cell = main(page).locator('table a[href*="/assignments?"]').first();
      await follow(page, cell);
      assert.equal(address(page).pathname, '/assignments');
      const links = await main(page).locator('a[href^="/assignments/"]').all();
      let opened = false;
      for (const link of links) {
        if (!ID.test((await link.getAttribute('href')).split(/[?#]/)[0])) continue;
        await follow(page, link);
        opened = true;
        break;
      }
      assert.ok(opened, 'the list leads to an assignment');
      assert.match(address(page).pathname, ID);
      const why = main(page).locator('.lead strong');
      assert.ok(await why.isVisible(), 'the sentence that says why');
      assert.match(await why.innerText(), /\S{6,}/);
      assert.ok((await main(page).locator('li.gate').count()) >= 7, 'the gates');
    });

    it('filters of the board stand in the address and stay chosen', async (page) => {
      await page.goto('/board', { waitUntil: 'networkidle' });
      const chosen = {};
      for (const name of ['by', 'verdict', 'type', 'field']) {
        const select = page.locator(`main select[name=${name}]`);
        const value = await select.locator('option').last().getAttribute('value');
        chosen[name] = value;
        if (script) {
          // A choice is applied at once.
          await Promise.all([
            page.waitForURL((url) => url.searchParams.get(name) === value, { waitUntil: 'networkidle' }),
            select.selectOption(value),
          ]);
        } else {
          await select.selectOption(value);
          await submit(page, page.locator('main form#filters button'));
        }
      }
      assert.equal(address(page).pathname, '/board');
      for (const [name, value] of Object.entries(chosen)) {
        assert.equal(address(page).searchParams.get(name), value);
        assert.equal(await page.locator(`main select[name=${name}]`).inputValue(), value);
      }
    });

    it('typing narrows a list where scripts run', async (page) => {
      await page.goto('/units', { waitUntil: 'networkidle' });
      const typed = page.locator('.quick input');
      if (!script) {
        assert.equal(await typed.isVisible(), false);
        return;
      }
      const rows = page.locator('#rows tr');
      const name = await rows.last().locator('th a').innerText();
      await typed.fill(name);
      const shown = await rows.filter({ visible: true }).allInnerTexts();
      assert.ok(shown.length > 0 && shown.every((row) => row.includes(name)));
      await typed.fill('');
      assert.equal(await rows.filter({ visible: true }).count(), await rows.count());
    });

    it('the language changes and the page stays', async (page) => {
      await page.goto('/assignments?verdict=cannot');
      await follow(page, page.locator('header a[href^="/language/en"]'));
      assert.equal(address(page).pathname + address(page).search, '/assignments?verdict=cannot');
      assert.equal(await page.locator('html').getAttribute('lang'), 'en');
      await follow(page, page.locator('header a[href^="/language/zh-TW"]'));
      assert.equal(await page.locator('html').getAttribute('lang'), 'zh-TW');
      assert.equal(address(page).search, '?verdict=cannot');
    });

    it('a good file is previewed, confirmed and reported', async (page) => {
      const known = await freshUnit();
      const code = `${known}-B`;
      const csv = `单位编码,单位名称,单位类型,上级单位编码\n${known},改名乡,乡镇,410505\n${code},新来乡,乡镇,410505\n`;
      await upload(page, 'units', 'units.csv', csv);
      await counts(page, { new: 1, changed: 1, unchanged: 0, wrong: 0 });
      await submit(page, main(page).locator('form[action^="/import/"] button'));
      assert.ok(await main(page).locator('.done').isVisible(), 'the report');
      await counts(page, { new: 1, changed: 1, unchanged: 0, wrong: 0 });
      await upload(page, 'units', 'units.csv', csv);
      await counts(page, { new: 0, changed: 0, unchanged: 2, wrong: 0 });
    });

    it('wrong rows are told with row, column and remedy', async (page) => {
      const code = `${await freshUnit()}-C`;
      const csv = `单位编码,单位名称,单位类型\n${code},好的乡,乡镇\n${code}-D,坏的乡,无此类型\n`;
      await upload(page, 'units', 'units.csv', csv);
      await counts(page, { new: 1, changed: 0, unchanged: 0, wrong: 1 });
      const row = main(page).locator('tr', { hasText: '无此类型' }).first();
      const said = await row.innerText();
      assert.match(said, /\b3\b/, 'the row number of the spreadsheet program');
      assert.match(said, /单位类型/, 'the column');
      assert.match(said, /乡镇/, 'what may be written instead');
      const errors = await main(page).locator('a[href$="errors.csv"]').first().getAttribute('href');
      const answer = await ask('organization', errors);
      assert.equal(answer.status, 200);
      assert.match(await answer.text(), /无此类型/);
    });

    it('a file that is none is refused in words', async (page) => {
      const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
      const answer = await upload(page, 'units', 'picture.png', png);
      assert.ok(answer.status() < 500, `status ${answer.status()}`);
      const summary = page.locator('.error-summary');
      assert.ok(await summary.isVisible());
      assert.match(await summary.innerText(), /CSV|XLSX/i);
      assert.equal(await page.locator('select[name=kind]').inputValue(), 'units');
    });

    it('a form with gaps tells all of them and keeps what was typed', async (page) => {
      await page.goto('/assignments/new');
      await page.locator('input[name=power]').fill('YD-CG-004');
      const answer = await submit(page, page.locator('button[name=action][value=check]'));
      assert.equal(answer.status(), 422);
      const summary = page.locator('main .error-summary');
      assert.ok(await summary.isVisible());
      assert.equal(await page.locator('input[name=power]').inputValue(), 'YD-CG-004');
      const links = await summary.locator('a[href^="#"]').all();
      assert.ok(links.length >= 3, `${links.length} gaps told`);
      for (const link of links) {
        const field = page.locator(`[id="${(await link.getAttribute('href')).slice(1)}"]`);
        assert.equal(await field.count(), 1, `${await link.getAttribute('href')} leads to its field`);
      }
      if (script) await page.waitForFunction(() => document.activeElement?.closest('.error-summary'));
    });

    it('a power is proposed after its absorption check', async (page) => {
      const unit = await freshUnit();
      await page.goto('/assignments/new');
      await page.locator('input[name=power]').fill('YD-CG-004');
      await page.locator('input[name=unit]').fill(unit);
      await page.locator('input[name=giver]').fill('410505-CG');
      await page.locator('select[name=form]').selectOption('conferral');
      for (const name of ['accept', 'review']) {
        await page.locator(`input[type=checkbox][value=${name}]`).check();
      }
      const first = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);
      await page.locator('input[name=from]').fill(first);
      await submit(page, page.locator('button[name=action][value=check]'));
      assert.equal(await page.locator('.error-summary').count(), 0);
      const verdict = main(page).locator('.title .tag');
      assert.equal(await verdict.innerText(), '接不住', 'a unit without people cannot absorb it');
      assert.ok((await main(page).locator('li.gate').count()) >= 7, 'the gates');
      await follow(page, main(page).locator('a[href*="action=edit"]'));
      assert.equal(await page.locator('input[name=unit]').inputValue(), unit);
      assert.ok(await page.locator('input[type=checkbox][value=review]').isChecked());
      await submit(page, page.locator('button[name=action][value=check]'));
      await submit(page, page.locator('button[name=action][value=save]'));
      assert.match(address(page).pathname, /^\/proposals\/[0-9a-f-]{36}$/);
      assert.match(await main(page).innerText(), /接不住/);
      assert.equal(await main(page).locator('button', { hasText: '送承接单位答复' }).count(), 1);
      // The check wrote nothing, so one may go back to it.
      await page.goBack();
      assert.equal(address(page).searchParams.get('action'), 'check');
      await page.goForward();
      assert.match(await main(page).innerText(), new RegExp(`浏览器测试乡${unit.slice(-6)}`));
    });
  }
});

/** What the preview and the report count. */
async function counts(page, wanted) {
  const shown = await main(page).locator('.numbers b').allInnerTexts();
  const names = ['new', 'changed', 'unchanged', 'wrong'];
  assert.deepEqual(Object.fromEntries(names.map((name, place) => [name, Number(shown[place])])), wanted);
}
