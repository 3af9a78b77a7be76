// What every page must be: in its language, named, no wider than the window, and readable for all.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './harness.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** The keys of the words, which no page may show instead of the words. */
function keys() {
  const folder = join(root, 'app/locales/zh-CN');
  const files = readdirSync(folder).filter((name) => name.endsWith('.ftl'));
  const lines = files.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
  return new Set(lines.map((line) => line.match(/^([a-z][a-z0-9-]*)\s*=/)?.[1]).filter(Boolean));
}

/** What is compared on each page, taken inside it. */
export function look() {
  const texts = [document.title, document.body.innerText];
  for (const name of ['title', 'placeholder', 'aria-label', 'alt']) {
    document.querySelectorAll(`[${name}]`).forEach((element) => texts.push(element.getAttribute(name)));
  }
  return {
    lang: document.documentElement.lang,
    title: document.title,
    heads: document.querySelectorAll('h1').length,
    width: document.scrollingElement.scrollWidth,
    room: window.innerWidth,
    text: texts.join('\n'),
  };
}

const KEYS = keys();

/** What `look` saw is a page as it should be. */
export function check(seen, lang) {
  assert.equal(seen.lang, lang, 'the language of the page');
  assert.match(seen.title, /\S.*(接棒|Baton)$/s, 'the title names the page and ends with the program');
  assert.equal(seen.heads, 1, 'the number of first headings');
  assert.ok(seen.width <= seen.room, `the page is ${seen.width} wide in a window of ${seen.room}`);
  const shown = seen.text.match(/\b[a-z]+(-[a-z0-9]+)+\b/g) ?? [];
  assert.deepEqual(shown.filter((word) => KEYS.has(word)), [], 'keys shown instead of words');
}

/** What axe finds wrong, in words; empty where nothing is. */
export async function violations(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(async (values) => {
    const result = await window.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
    return result.violations.map(({ id, help, nodes }) => {
      const places = nodes.slice(0, 3).map((node) => `${node.target.join(' ')} ${node.failureSummary}`);
      return `${id}: ${help} (${nodes.length} places)\n  ${places.join('\n  ')}`;
    });
  }, RULES);
  return found.join('\n');
}
