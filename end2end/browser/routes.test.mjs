// Every page in the languages, widths and colour schemes: readable for all, whole, and without faults.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { check, look, violations } from './checks.mjs';
import { LANGUAGES, end, withPage } from './harness.mjs';
import { pages } from './pages.mjs';

async function open(page, path, status = 200) {
  const answer = await page.goto(path, { waitUntil: 'load' });
  assert.equal(answer.status(), status, `the status of ${path}`);
  assert.match(answer.headers()['content-type'] ?? '', /text\/html/, `${path} is a page`);
  return page.evaluate(look);
}

/** Dark colours are the same rules on the same places: once is enough. */
const LOOKS = [
  { lang: 'zh-CN', width: 390 },
  { lang: 'zh-CN', width: 1280 },
  { lang: 'zh-CN', width: 1280, scheme: 'dark' },
  { lang: 'en', width: 390 },
  { lang: 'en', width: 1280 },
];
const named = ({ lang, width, scheme = 'light' }) => `${lang} ${width} ${scheme}`;

describe('pages', async () => {
  after(async () => process.env.BATON_SHARED || (await end()));
  const known = await pages();


  test('there are pages, and links lead to one of each pattern', () => {
    assert.ok(known.length > 3, `patterns: ${known.join(' ')}`);
    assert.deepEqual(known.filter(([, path]) => !path).map(([pattern]) => pattern), []);
  });

  for (const [pattern, path, as] of known.filter(([, path]) => path)) {
    describe(pattern, () => {
      for (const wish of LOOKS) {
        test(named(wish), () =>
          withPage({ ...wish, as }, async (page, faults) => {
            const seen = await open(page, path);
            check(seen, wish.lang);
            const wrong = await violations(page);
            assert.equal(wrong, '', `accessibility of ${path}:\n${wrong}`);
            assert.deepEqual(faults, []);
          }));
      }

      for (const wish of [{ lang: 'zh-TW', width: 1280 }, { lang: 'en', width: 1920 }]) {
        test(named(wish), () =>
          withPage({ ...wish, as }, async (page, faults) => {
            check(await open(page, path), wish.lang);
            assert.deepEqual(faults, []);
          }));
      }

      test('without script the page says the same', async () => {
        const heading = (script) => {
          let said;
          const read = async (page) => {
            await open(page, path);
            said = await page.locator('h1').innerText();
          };
          return withPage({ script, as }, read).then(() => said);
        };
        assert.equal(await heading(false), await heading(true));
      });
    });
  }

  test('an address that is not there is told in words', async () => {
    for (const lang of LANGUAGES) {
      await withPage({ lang, width: 390 }, async (page) => {
        check(await open(page, '/no/such/page', 404), lang);
        assert.equal(await violations(page), '');
      });
    }
  });
});
