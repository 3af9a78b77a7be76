// Every page in the languages, widths and colour schemes: readable for all, whole, and without faults.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { check, look, violations } from './checks.mjs';
import { LANGUAGES, end, heightFor, withPage } from './harness.mjs';
import { pages } from './pages.mjs';

async function open(page, path, status = 200) {
  const answer = await page.goto(path, { waitUntil: 'load' });
  assert.equal(answer.status(), status, `the status of ${path}`);
  assert.match(answer.headers()['content-type'] ?? '', /text\/html/, `${path} is a page`);
  return page.evaluate(look);
}

/** How a page is looked at: it is loaded once in each language, and then the window and the colours change. axe reads
 * it where `axe` stands; dark colours are the same rules on the same places, so once is enough. */
const LOOKS = {
  'zh-CN': [
    { width: 390, axe: true },
    { width: 1280, axe: true },
    { width: 1280, scheme: 'dark', axe: true },
  ],
  en: [{ width: 390, axe: true }, { width: 1280, axe: true }, { width: 1920 }],
  'zh-TW': [{ width: 1280 }],
};

/** Pages that are looked at at the same time. */
const ABREAST = 3;

describe('pages', { concurrency: ABREAST }, async () => {
  after(async () => process.env.BATON_SHARED || (await end()));
  const known = await pages();

  test('there are pages, and links lead to one of each pattern', () => {
    assert.ok(known.length > 3, `patterns: ${known.join(' ')}`);
    assert.deepEqual(known.filter(([, path]) => !path).map(([pattern]) => pattern), []);
  });

  for (const [pattern, path, as] of known.filter(([, path]) => path)) {
    describe(pattern, () => {
      for (const [lang, looks] of Object.entries(LOOKS)) {
        test(lang, () =>
          withPage({ lang, width: looks[0].width, as }, async (page, faults) => {
            let seen = await open(page, path);
            for (const { width, scheme = 'light', axe } of looks) {
              await page.setViewportSize({ width, height: heightFor(width) });
              await page.emulateMedia({ colorScheme: scheme });
              seen = await page.evaluate(look);
              check(seen, lang);
              const wrong = axe ? await violations(page) : '';
              assert.equal(wrong, '', `accessibility of ${path} at ${width}, ${scheme}:\n${wrong}`);
            }
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
