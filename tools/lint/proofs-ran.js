// @ts-check
/**
 * Whether every test that the threat model names ran and passed: a name in a source proves nothing by itself.
 *
 *   node tools/lint/proofs-ran.js <results of Jest, as --json --outputFile writes them> ...
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { unproven } from './proofs.js';

const root = path.resolve(import.meta.dirname, '../..');
const model = readFileSync(path.join(root, 'docs/threat-model.md'), 'utf8');
const suites = process.argv.slice(2).flatMap((file) => JSON.parse(readFileSync(file, 'utf8')).testResults);
const missing = unproven(model, suites, root);
for (const { title, file } of missing) console.error(`Did not run, or did not pass: ${title} (${file})`);
if (missing.length > 0) process.exitCode = 1;
else console.log('Every test that docs/threat-model.md names ran and passed.');
