// What Chromium makes of each page named: node inspect.mjs CHROMIUM MODULES PICTURES NAME=URL…
// Prints JSON, by name: what axe-core holds against it by view, what it fetched, how wide it got, its A4 pages.
// PICTURES is a folder for screenshots, or empty for none.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [chromiumPath, modules, pictures, ...pages] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${modules}/`));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

// Every view is looked at for what runs over its side; accessibility is examined where it may differ.
const VIEWS = [
  { name: '700-light', width: 700, scheme: 'light', examined: true },
  { name: '700-dark', width: 700, scheme: 'dark', examined: true },
  { name: '375-light', width: 375, scheme: 'light', examined: false },
  { name: '375-dark', width: 375, scheme: 'dark', examined: false },
  { name: '320-light', width: 320, scheme: 'light', examined: true },
  { name: '1440-light', width: 1440, scheme: 'light', examined: false },
  { name: '3840-dark', width: 3840, height: 2160, scheme: 'dark', examined: false },
  // A window of 1280 by 900 enlarged to 400 %, which is how WCAG 1.4.10 has it.
  { name: '400-percent', width: 1280, height: 900, zoom: 4, scheme: 'dark', examined: true },
];

async function viewed(page, session, view, name) {
  const { width, height = 900, zoom = 1, scheme } = view;
  await page.setViewportSize({ width: width / zoom, height: Math.round(height / zoom) });
  // What a browser does when it enlarges: fewer pixels of CSS, each of as many pixels of the screen.
  await session.send('Emulation.setDeviceMetricsOverride', {
    width: width / zoom, height: Math.round(height / zoom), deviceScaleFactor: zoom, mobile: false,
  });
  await page.emulateMedia({ colorScheme: scheme });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  if (pictures) await page.screenshot({ path: `${pictures}/${name}-${view.name}.png`, fullPage: zoom === 1 });
  if (!view.examined) return { overflow };
  // WCAG 2.2 is not looked at unless asked for.
  const options = { rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'] };
  const { violations } = await page.evaluate((asked) => globalThis.axe.run(asked), options);
  return {
    overflow,
    violations: violations.map((found) => `${found.impact} ${found.id}: ${found.nodes[0].html}`),
  };
}

async function inspected(browser, name, url) {
  const page = await browser.newPage();
  const requests = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(url);
  const fetched = requests.slice(1);
  await page.evaluate(axe);
  const images = await page.evaluate(() => document.images.length);
  const session = await page.context().newCDPSession(page);
  const views = {};
  for (const view of VIEWS) views[view.name] = await viewed(page, session, view, name);
  // Pages that say how they are printed are printed so; others as a mail reader would.
  const paper = { format: 'A4', preferCSSPageSize: true, margin: { top: '18mm', bottom: '18mm', left: '20mm', right: '20mm' } };
  const printed = await page.pdf(pictures ? { ...paper, path: `${pictures}/${name}.pdf` } : paper);
  await page.close();
  return { fetched, images, views, pages: printed.toString('latin1').match(/\/Type\s*\/Page\b/g).length };
}

const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--disable-gpu'] });
const report = {};
for (const named of pages) {
  const [name] = named.split('=', 1);
  report[name] = await inspected(browser, name, named.slice(name.length + 1));
}
await browser.close();
console.log(JSON.stringify(report));
