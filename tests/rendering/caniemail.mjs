// What mail readers do not show as written: node caniemail.mjs MODULES CLIENT,CLIENT… FILE…
// Prints JSON: by feature, the mail readers that ignore it (errors) and those that show it in part (warnings).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [modules, clients, ...files] = process.argv.slice(2);
const resolved = createRequire(pathToFileURL(`${modules}/`)).resolve('caniemail');
const { caniemail } = await import(pathToFileURL(resolved).href);

const report = { errors: {}, warnings: {} };
for (const file of files) {
  const { issues } = caniemail({ clients: clients.split(','), html: readFileSync(file, 'utf8') });
  for (const [weight, byClient] of Object.entries(issues))
    for (const [client, found] of byClient)
      for (const { title } of found) (report[weight][title] ??= new Set()).add(client);
}
console.log(JSON.stringify(report, (_key, value) => (value instanceof Set ? [...value].sort() : value)));
