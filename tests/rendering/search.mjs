// Searches an archive as a reader would: node search.mjs CHROMIUM MODULES ROOT, where ROOT ends in a slash.
// Prints JSON: what was found, how long it took, and what stands there without JavaScript.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [chromiumPath, modules, root] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${modules}/`));
const { chromium } = require('playwright-core');
const SEARCH = `${root}recherche/index.html`;

const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--disable-gpu'] });
const errors = [];
const page = await browser.newPage();
page.on('pageerror', (error) => errors.push(String(error)));
page.on('console', (said) => said.type() === 'error' && errors.push(said.text()));

const size = () => page.locator('#found > li').count();
const texts = (selector) => page.locator(selector).allTextContents();

async function inThreeActions() {
  await page.goto(`${root}index.html`);
  await page.getByRole('link', { name: 'Recherche', exact: true }).click();
  await page.getByRole('searchbox').pressSequentially('GÉOSPATIALES');
  await page.getByLabel('Année').selectOption('2019');
  return {
    links: await texts('#found .title'),
    places: await texts('#found .meta a'),
    texts: await texts('#found > li'),
    marks: await page.locator('#found mark').count(),
  };
}

async function counted(words) {
  const counts = {};
  for (const word of words) {
    await page.getByRole('searchbox').fill(word);
    counts[word] = await size();
  }
  return counts;
}

async function limited() {
  await page.goto(`${SEARCH}#q=carte`);
  await page.reload();
  const all = await size();
  await page.getByLabel('Année').selectOption('2019');
  const year = await size();
  await page.getByLabel('Thème').selectOption({ index: 1 });
  return { all, year, both: await size() };
}

async function focused() {
  await page.goto(`${SEARCH}#q=donnees`);
  await page.reload();
  await page.getByRole('searchbox').focus();
  const way = [];
  for (let step = 0; step < 4; step += 1) {
    way.push(await page.evaluate(() => {
      const reached = document.activeElement;
      return [reached.id || reached.tagName, getComputedStyle(reached).outlineStyle];
    }));
    await page.keyboard.press('Tab');
  }
  return way;
}

async function hostile() {
  await page.goto(`${SEARCH}#q=${encodeURIComponent('<img src=x onerror=alert(1)> "\'')}`);
  await page.reload();
  await page.getByRole('searchbox').fill('</script><img src=x>');
  return { images: await page.locator('main img').count(), errors };
}

async function cut() {
  await page.goto(`${SEARCH}#q=e`);
  await page.reload();
  const status = page.locator('#count');
  await status.filter({ hasText: ' ' }).waitFor();
  return { shown: await size(), text: await status.textContent() };
}

async function timed() {
  await page.goto(SEARCH);
  return page.evaluate(() => {
    const typed = document.getElementById('words');
    const times = ['d', 'do', 'donnees', 'carte', 'geoserver python', 'a', 'musée'].map((word) => {
      typed.value = word;
      // The machine may be busy with something else at any one moment.
      const tries = [1, 2, 3, 4, 5].map(() => {
        const start = performance.now();
        typed.dispatchEvent(new Event('input'));
        return performance.now() - start;
      });
      return Math.min(...tries);
    });
    return times.sort((one, other) => one - other);
  });
}

async function withoutJavaScript() {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const plain = await context.newPage();
  await plain.goto(SEARCH);
  const form = await plain.locator('#search').isVisible();
  await plain.locator('main').getByRole('link', { name: 'Tous les liens' }).click();
  const links = await plain.locator('.listed > li').count();
  await plain.goto(`${root}index.html`);
  await plain.getByRole('link', { name: 'Tous les liens', exact: true }).click();
  await plain.getByRole('link', { name: '2019', exact: true }).click();
  const year = plain.locator('.year', { has: plain.locator('h2:target') });
  // What the browser's own search would stop at.
  const found = await year.locator('li', { hasText: 'géospatiale' }).locator('.meta a').allTextContents();
  await context.close();
  return { form, links, found };
}

const report = { three_actions: await inThreeActions() };
await page.goto(SEARCH);
report.counts = await counted(['donnée', 'DONNEES', 'données', 'donné', 'zzzz', 'donnees']);
const status = page.locator('#count');
await page.waitForFunction(() => document.getElementById('count').textContent.startsWith(
  String(document.querySelectorAll('#found > li').length)));
report.status = { role: await status.getAttribute('role'), text: await status.textContent() };
await page.reload();
report.kept = await size();
report.limited = await limited();
report.focused = await focused();
report.cut = await cut();
report.milliseconds = await timed();
report.hostile = await hostile();
report.without_javascript = await withoutJavaScript();
await browser.close();
console.log(JSON.stringify(report));
