// Pictures of every page for people to look at: node end2end/browser/pictures.mjs OUTDIR
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { context, end } from './harness.mjs';
import { pages } from './pages.mjs';

const folder = process.argv[2];
if (!folder) {
  console.error('usage: node pictures.mjs OUTDIR');
  process.exit(2);
}
await mkdir(folder, { recursive: true });
try {
  const all = await pages();
  all.filter(([, path]) => !path).forEach(([pattern]) => console.error(`no example of ${pattern}`));
  for (const lang of ['zh-CN', 'en']) {
    for (const width of [390, 1280, 1920]) {
      for (const scheme of ['light', 'dark']) {
        for (const [pattern, path, as] of all.filter(([, path]) => path)) {
          const made = await context({ lang, width, scheme, as });
          const page = await made.newPage();
          await page.goto(path, { waitUntil: 'load' });
          const name = pattern.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'start';
          await page.screenshot({ path: join(folder, `${name}.${lang}.${width}.${scheme}.png`), fullPage: true });
          await made.close();
        }
        console.log(`${lang} ${width} ${scheme}`);
      }
    }
  }
} finally {
  await end();
}
