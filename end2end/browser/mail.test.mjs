// Letters as they arrive: at a real mail server on loopback and in a folder, read by a parser that is not ours.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import ICAL from 'ical.js';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { check, look, violations } from './checks.mjs';
import { ACCOUNTS, PASSWORD, baton, browser, end, serve } from './harness.mjs';
import { submit } from './pages.mjs';

const ADDRESS = 'bianban@example.cn';
const FROM = ['--mail-from', '接棒 <baton@example.cn>'];
const main = (page) => page.locator('main');

/** A day so many days from today, in China. */
const day = (days) => new Date(Date.now() + (8 * 60 * 60 + days * 24 * 60 * 60) * 1000).toISOString().slice(0, 10);

/** Asks until there is an answer. */
async function until(ask, what) {
  const most = Date.now() + 20_000;
  while (Date.now() < most) {
    const answer = await ask();
    if (answer) return answer;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`there is no ${what}`);
}

/** A mail server that refuses one recipient and takes everything else. */
function server() {
  const messages = [];
  const it = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onRcptTo: ({ address }, _, done) => {
      if (!address.startsWith('gone@')) return done();
      const refusal = new Error('5.1.1 nobody of this name');
      refusal.responseCode = 550;
      return done(refusal);
    },
    onData: (stream, _, done) => {
      simpleParser(stream).then((message) => {
        messages.push(message);
        done(null, '2.0.0 queued');
      }, done);
    },
  });
  return new Promise((listening) => {
    it.listen(0, '127.0.0.1', () => listening({ port: it.server.address().port, messages, end: () => it.close() }));
  });
}

describe('letters', () => {
  let folder;
  let database;
  let post;
  let site;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'baton-mail-'));
    database = `sqlite://${join(folder, 'sample.db')}`;
    post = await server();
    site = await serve('--database', database, 'demo', '--smtp', `smtp://127.0.0.1:${post.port}`, ...FROM);
  });

  after(async () => {
    await site?.stop();
    post?.end();
    if (folder) await rm(folder, { recursive: true, force: true });
    if (!process.env.BATON_SHARED) await end();
  });

  /** A browser of its own in which a role has signed in. */
  async function as(role, use, script = false) {
    const made = await (await browser()).newContext({ baseURL: site.base, locale: 'zh-CN', javaScriptEnabled: script });
    made.setDefaultTimeout(10_000);
    try {
      const page = await made.newPage();
      await page.goto('/sign-in');
      await page.locator('input[name=login]').fill(ACCOUNTS[role]);
      await page.locator('input[name=password]').fill(PASSWORD);
      await submit(page, page.locator('main form[action^="/sign-in"] button').first());
      return await use(page);
    } finally {
      await made.close();
    }
  }

  async function wish(page, address) {
    await page.goto('/inbox/wishes');
    await page.locator('input[name=address]').fill(address);
    return submit(page, page.locator('button[value=save]'));
  }

  /** Opens a review by its page; gives its path. */
  async function openReview(page, title) {
    await page.goto('/reviews/new');
    const fields = { title, unit: '410505101', due: day(30) };
    for (const [name, value] of Object.entries(fields)) await page.locator(`input[name=${name}]`).fill(value);
    await page.locator('select[name=undecided]').selectOption('keep');
    await submit(page, page.locator('form[action="/reviews/new"] button'));
    return new URL(page.url()).pathname;
  }

  const arrived = (title) => until(() => post.messages.find(({ text }) => text.includes(title)), `letter about ${title}`);

  /** What every letter says, whichever way it left. */
  function read(message, title, path) {
    assert.equal(message.from.value[0].address, 'baton@example.cn');
    assert.equal(message.from.value[0].name, '接棒');
    assert.equal(message.to.value[0].address, ADDRESS);
    assert.match(message.subject, new RegExp(`^\\[接棒\\] 权限复核“${title}”等您办理`));
    assert.match(message.messageId, /^<[0-9a-f-]{36}@example\.cn>$/);
    assert.equal(message.headers.get('auto-submitted'), 'auto-generated');
    assert.ok(Math.abs(message.date - Date.now()) < 120_000, 'its date is now');
    const link = `${site.base}${path}`;
    for (const part of [message.text, message.html]) {
      assert.match(part, new RegExp(title));
      assert.match(part, /办理期限：\d+年\d+月\d+日/);
      assert.match(part, /您好：/);
      assert.ok(part.includes(link), `${link} stands in ${part}`);
      assert.ok(part.includes(`${site.base}/inbox/wishes`), 'how to change what is sent');
    }
    assert.match(message.html, /<html lang="zh-CN">/);
    assert.ok(message.html.includes(`href="${link}"`));
  }

  test('a review that is opened by its page arrives, with both parts in Chinese', async () => {
    await as('organization', async (page) => {
      assert.equal((await wish(page, 'not an address')).status(), 422);
      assert.equal(await page.locator('input[name=address]').inputValue(), 'not an address', 'what was typed is kept');
      check(await page.evaluate(look), 'zh-CN');
      await wish(page, ADDRESS);
      assert.match(await main(page).innerText(), /已保存/);
      const title = '年度权限复核（邮件）';
      const path = await openReview(page, title);
      const message = await arrived('年度权限复核');
      read(message, title, path);
      // The link leads to the thing, and the inbox has it, too.
      assert.equal((await page.goto(path)).status(), 200);
      await page.goto('/inbox?show=unread');
      const row = main(page).locator('tbody tr', { hasText: title });
      assert.equal(await row.locator('th a').getAttribute('href'), path);
      const unread = Number(await page.locator('.unread').innerText());
      await submit(page, row.locator('button'));
      const left = await page.locator('.unread').count();
      assert.equal(left === 0 ? 0 : Number(await page.locator('.unread').innerText()), unread - 1);
    });
    assert.equal(post.messages.filter(({ text }) => text.includes('年度权限复核（邮件）')).length, 1, 'it arrives once');
  });

  test('the administrator sees what proves it, and nothing of what it says', async () => {
    await as(
      'administrator',
      async (page) => {
        await page.goto('/letters');
        const row = main(page).locator('tbody tr', { hasText: ADDRESS }).first();
        assert.match(await row.innerText(), /已发出[^]*250 2\.0\.0 queued/);
        assert.ok(!(await main(page).innerText()).includes('年度权限复核'));
        assert.equal(await violations(page), '');
        await page.goto('/letters/preview?event=review_due&language=en');
        assert.match(await main(page).innerText(), /waits for you/);
        assert.equal(await violations(page), '');
        const file = await page.request.get('/letters/preview.eml?event=exception_ending&language=zh-CN');
        const message = await simpleParser(await file.body());
        assert.match(message.subject, /职责分离例外/);
        assert.match(message.text, /到期/);
        assert.match(message.html, /到期/);
      },
      true,
    );
  });

  test('a refused recipient is told to the administrator, who sends it again when it is mended', async () => {
    const title = '被退回的复核';
    await as('organization', async (page) => {
      await wish(page, 'gone@example.cn');
      await openReview(page, title);
    });
    await as('administrator', async (page) => {
      const row = await until(async () => {
        await page.goto('/letters?state=dead');
        const found = main(page).locator('tbody tr', { hasText: 'gone@example.cn' });
        return (await found.count()) > 0 && found.first();
      }, 'letter that was given up');
      assert.match(await row.innerText(), /550[^]*nobody of this name/);
      await as('organization', (other) => wish(other, ADDRESS));
      await submit(page, row.locator('button'));
      assert.match(await main(page).innerText(), /已重新排入队列/);
    });
    assert.equal((await arrived(title)).to.value[0].address, ADDRESS);
  });

  test('the calendar holds each deadline once, for whoever knows its address', async () => {
    const address = await as('organization', async (page) => {
      await page.goto('/inbox/wishes');
      await submit(page, page.locator('button[value=key]'));
      return main(page).locator('.done code').innerText();
    });
    const answer = await fetch(address);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type'), /text\/calendar/);
    const calendar = new ICAL.Component(ICAL.parse(await answer.text()));
    const events = calendar.getAllSubcomponents('vevent').map((event) => new ICAL.Event(event));
    const event = events.find(({ summary }) => summary.includes('年度权限复核（邮件）'));
    assert.ok(event, 'the review is there');
    assert.ok(event.startDate.isDate);
    assert.equal(event.startDate.toString(), day(30));
    assert.equal(new Set(events.map(({ uid }) => uid)).size, events.length);
    const wrong = await fetch(`${address.slice(0, -1)}_`);
    assert.equal(wrong.status, 404);
  });

  test('where there is no mail server, letters are files', async () => {
    await site.stop();
    const out = join(folder, 'out');
    site = await serve('--database', database, 'serve', '--mail-folder', out, ...FROM);
    const title = '写入文件夹的复核';
    const path = await as('organization', (page) => openReview(page, title));
    const message = await until(async () => {
      const names = (await readdir(out).catch(() => [])).filter((name) => name.endsWith('.eml'));
      const all = await Promise.all(names.map(async (name) => simpleParser(await readFile(join(out, name)))));
      return all.find(({ text }) => text.includes(title));
    }, 'file');
    read(message, title, path);
    const said = await baton('mail', 'test', 'somebody@example.cn', '--mail-folder', out, '--lang', 'en');
    assert.match(said, /Sent to somebody@example\.cn/);
  });
});
