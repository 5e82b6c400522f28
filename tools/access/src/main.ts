import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';

import { matrixOf } from './matrix.js';
import { readDecorators } from './read-decorators.js';
import { renderJson, renderMarkdown, renderTable } from './render.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');

const rows = matrixOf(readDecorators());
const files = [
  ['docs/access-matrix.md', renderMarkdown(rows)],
  ['docs/access-matrix.json', renderJson(rows)],
  ['libs/contracts/src/access-table.ts', renderTable(rows)],
] as const;

const isCheck = process.argv.includes('--check');
const stale: string[] = [];
for (const [name, text] of files) {
  const file = path.join(ROOT, name);
  const wanted = await format(text, { ...(await resolveConfig(file)), filepath: file });
  const found = await readFile(file, 'utf8').catch(() => '');
  if (found === wanted) continue;
  stale.push(name);
  if (!isCheck) await writeFile(file, wanted);
}

if (isCheck && stale.length > 0) {
  process.stderr.write(
    `Out of step with the decorators: ${stale.join(', ')}. Run \`npm run access-matrix\`, and review what changes.\n`,
  );
  process.exitCode = 1;
} else {
  const done = stale.length > 0 ? `wrote ${stale.join(', ')}` : 'everything is in step with the decorators';
  process.stdout.write(`${String(rows.length)} operations: ${done}.\n`);
  if (stale.length > 0)
    process.stdout.write('Build again (`npm run build`), so that the services use the new table.\n');
}
