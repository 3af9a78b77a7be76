// Sign-in at an OpenID provider, with a real one: in, with the roles that claims give, and out with every lie.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { check, look, violations } from './checks.mjs';
import { ACCOUNTS, PASSWORD, browser, end, serve } from './harness.mjs';
import { submit } from './pages.mjs';
import { CLIENT, provider, silent } from './provider.mjs';

const SESSION = 'baton';
const STATE = 'baton-oidc';
const text = (page) => page.locator('main').innerText();

describe('sign-in at an OpenID provider', () => {
  let folder;
  let database;
  let baton;
  let at;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'baton-oidc-'));
    database = `sqlite://${join(folder, 'sample.db')}`;
    at = await provider({
      cai: { employee_number: 'P103', groups: ['staff', 'enforcement'] },
      yu: { employee_number: 'P104', groups: ['staff'] },
      nobody: { employee_number: 'P999' },
    });
    process.env.BATON_OIDC_CLIENT_SECRET = CLIENT.secret;
    const args = ['--oidc-issuer', at.issuer, '--oidc-client-id', CLIENT.id, '--oidc-name', '殷都区统一认证'];
    baton = await serve('--database', database, 'demo', ...args);
    await at.serve(baton.base);
  });

  after(async () => {
    delete process.env.BATON_OIDC_CLIENT_SECRET;
    await baton?.stop();
    at?.end?.();
    if (folder) await rm(folder, { recursive: true, force: true });
    if (!process.env.BATON_SHARED) await end();
  });

  /** Opens a browser of its own, hands it to `use`, and closes it. */
  async function fresh(use, { script = true, base = baton.base } = {}) {
    const made = await (await browser()).newContext({ baseURL: base, locale: 'zh-CN', javaScriptEnabled: script });
    made.setDefaultTimeout(10_000);
    try {
      return await use(await made.newPage(), made);
    } finally {
      at.lie = {};
      await made.close();
    }
  }

  /** Goes by the button to the provider's own page and signs in there; gives the answer of the page one comes to. */
  async function signIn(page, name) {
    await page.goto('/sign-in?back=/powers');
    await page.locator('a[href^="/oidc/start"]').click();
    await page.locator('input[name=login]').fill(name);
    await page.locator('input[name=password]').fill('any');
    return submit(page, page.locator('button[type=submit]').first());
  }

  /** Signs in at the provider, and stops before the browser goes back with the answer; gives the address. */
  async function stopped(page, name) {
    at.callback = undefined;
    at.lie = { stop: true };
    await signIn(page, name);
    at.lie = {};
    assert.ok(at.callback, 'the provider sends the browser back');
    return new URL(at.callback);
  }

  async function nobodyIsIn(made) {
    const names = (await made.cookies(baton.base)).map(({ name }) => name);
    assert.ok(!names.includes(SESSION), 'no session');
    const answer = await made.request.get('/powers', { maxRedirects: 0 });
    assert.equal(new URL(answer.headers().location, baton.base).pathname, '/sign-in');
  }

  async function refused(page, made, words) {
    assert.match(await text(page), words);
    assert.ok(!/oidc-refused/.test(await text(page)));
    await nobodyIsIn(made);
  }

  async function byPassword(page, role) {
    await page.goto('/sign-in');
    await page.locator('input[name=login]').fill(ACCOUNTS[role]);
    await page.locator('input[name=password]').fill(PASSWORD);
    await submit(page, page.locator('main form[action^="/sign-in"] button').first());
  }

  test('a rule is made by the organization department, and not by the administrator', async () => {
    await fresh(async (page) => {
      await byPassword(page, 'organization');
      await page.goto('/claims');
      const fields = { claim: 'groups', value: 'enforcement', unit: '410505104', post: '综合执法队队员' };
      for (const [name, value] of Object.entries(fields)) await page.locator(`input[name=${name}]`).fill(value);
      const add = page.locator('button[value=add]');
      assert.equal((await submit(page, add)).status(), 422, 'the role is missing');
      assert.equal(await page.locator('input[name=post]').inputValue(), fields.post, 'what was typed is kept');
      await page.locator('select[name=role]').selectOption('handler');
      await submit(page, add);
      assert.match(await text(page), /已添加/);
      assert.match(await page.locator('main table').innerText(), /groups[^]*enforcement[^]*综合执法队队员/);
      check(await page.evaluate(look), 'zh-CN');
      assert.equal(await violations(page), '');
    });
    await fresh(async (page) => {
      await byPassword(page, 'administrator');
      assert.equal((await page.goto('/claims')).status(), 403);
    });
  });

  for (const script of [true, false]) {
    test(`in by the provider's own page, with the role that a claim gives, script ${script ? 'on' : 'off'}`, () =>
      fresh(
        async (page) => {
          await signIn(page, 'cai');
          assert.equal(new URL(page.url()).pathname, '/powers', 'where one wanted to go');
          const acting = page.locator('.acting');
          assert.match(await acting.innerText(), /蔡紫苏[^]*综合执法队队员/);
          const board = await page.goto('/board');
          assert.equal(board.status(), 200, 'the role opens the board');
        },
        { script },
      ));
  }

  test('when the claim is gone, the role is gone at the next sign-in', async () => {
    at.people.cai.groups = ['staff'];
    await fresh(async (page) => {
      await signIn(page, 'cai');
      assert.match(await page.locator('.acting').innerText(), /蔡紫苏/);
      assert.equal((await page.goto('/board')).status(), 403);
    });
    at.people.cai.groups = ['staff', 'enforcement'];
  });

  test('whoever is not registered is told so', () =>
    fresh(async (page, made) => {
      await signIn(page, 'nobody');
      await refused(page, made, /P999/);
      check(await page.evaluate(look), 'zh-CN');
      assert.equal(await violations(page), '');
    }));

  const lies = {
    'an expired token': [() => ({ claims: (claims) => (claims.exp = Math.floor(Date.now() / 1000) - 60) }), /已经过期/],
    'a token for another program': [() => ({ claims: (claims) => (claims.aud = 'another') }), /签发给别的系统/],
    'a token of another provider': [() => ({ claims: (claims) => (claims.iss = 'http://127.0.0.1:1') }), /不是由所配置的/],
    "a stranger's signature under the provider's key": [() => ({ key: at.stranger, kid: at.own.kid }), /签名不是/],
    'a key that the provider does not publish': [() => ({ key: at.stranger }), /签名不是/],
    'the nonce of another sign-in': [() => ({ claims: (claims) => (claims.nonce = 'another') }), /属于另一次登录/],
    'a token without nonce': [() => ({ claims: (claims) => delete claims.nonce }), /属于另一次登录/],
    'the token of an earlier sign-in': [() => ({ token: at.tokens[0] }), /属于另一次登录/],
    'a request for the token without the verifier': [
      () => ({ body: (form) => form.delete('code_verifier') }),
      /没有为这次登录签发令牌（invalid_grant）/,
    ],
    'a request for the token with a made-up verifier': [
      () => ({ body: (form) => form.set('code_verifier', 'x'.repeat(43)) }),
      /没有为这次登录签发令牌（invalid_grant）/,
    ],
  };
  for (const [name, [lie, words]] of Object.entries(lies)) {
    test(`refused: ${name}`, () =>
      fresh(async (page, made) => {
        at.lie = lie();
        const answer = await signIn(page, 'cai');
        assert.equal(answer.status(), 403);
        await refused(page, made, words);
      }));
  }

  test('refused: the same answer a second time, in this browser and in another', async () => {
    let url;
    await fresh(async (page, made) => {
      url = await stopped(page, 'cai');
      const kept = (await made.cookies(baton.base)).find(({ name }) => name === STATE);
      assert.ok(kept?.httpOnly, 'the state is kept from scripts');
      await page.goto(url.href);
      assert.equal(new URL(page.url()).pathname, '/powers');
      await made.clearCookies({ name: SESSION });
      await made.addCookies([kept]);
      assert.equal((await page.goto(url.href)).status(), 400);
      await refused(page, made, /已经用过/);
    });
    await fresh(async (page, made) => {
      assert.equal((await page.goto(url.href)).status(), 400);
      await refused(page, made, /不是从这个浏览器发起/);
    });
  });

  test("refused: another's answer, which would sign this browser in as him", async () => {
    const url = await fresh((page) => stopped(page, 'cai'));
    await fresh(async (page, made) => {
      await stopped(page, 'yu');
      assert.equal((await page.goto(url.href)).status(), 400);
      await refused(page, made, /不是从这个浏览器发起/);
    });
  });

  test('refused: a state that was tampered with', () =>
    fresh(async (page, made) => {
      const url = await stopped(page, 'cai');
      url.searchParams.set('state', `${url.searchParams.get('state').slice(0, -1)}_`);
      assert.equal((await page.goto(url.href)).status(), 400);
      await refused(page, made, /不是从这个浏览器发起/);
    }));

  test('refused: an answer in the name of another provider', () =>
    fresh(async (page, made) => {
      const url = await stopped(page, 'cai');
      url.searchParams.set('iss', 'http://127.0.0.1:1');
      assert.equal((await page.goto(url.href)).status(), 403);
      await refused(page, made, /不是由所配置的/);
    }));

  test('refused: what the provider itself refuses', () =>
    fresh(async (page, made) => {
      const url = await stopped(page, 'cai');
      url.searchParams.delete('code');
      url.searchParams.set('error', 'access_denied');
      url.searchParams.set('error_description', '<script>alert(1)</script>');
      assert.equal((await page.goto(url.href)).status(), 403);
      await refused(page, made, /access_denied/);
    }));

  test('a provider that hangs is told within five seconds, and passwords go on', async () => {
    const hanging = await silent();
    const args = ['--oidc-issuer', hanging.issuer, '--oidc-client-id', CLIENT.id];
    const other = await serve('--database', database, 'serve', ...args);
    try {
      await fresh(
        async (page) => {
          await page.goto('/sign-in');
          const link = page.locator('a[href^="/oidc/start"]');
          await Promise.all([page.waitForURL(/\/oidc\/start/, { timeout: 5000 }), link.click()]);
          assert.match(await text(page), /没有按时应答/);
          await byPassword(page, 'organization');
          assert.match(await page.locator('.acting').innerText(), /\S/);
        },
        { base: other.base },
      );
    } finally {
      await other.stop();
      hanging.end();
    }
  });
});
