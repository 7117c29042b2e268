// What a search page finds: node words.mjs CHROMIUM MODULES URL WORD…
// Prints JSON: the titles found by each word.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [chromiumPath, modules, url, ...words] = process.argv.slice(2);
const { chromium } = createRequire(pathToFileURL(`${modules}/`))('playwright-core');

const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--disable-gpu'] });
const page = await browser.newPage();
await page.goto(url);
const found = {};
for (const word of words) {
  await page.getByRole('searchbox').fill(word);
  found[word] = await page.locator('#found .title').allTextContents();
}
await browser.close();
console.log(JSON.stringify(found));
