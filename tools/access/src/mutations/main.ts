import 'reflect-metadata';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { MatrixRow } from '../matrix.js';
import { type Controller, SERVICES } from '../read-decorators.js';
import { findMutations } from './find-mutations.js';
import { judge, type Verdict } from './judge.js';
import { loadControllers } from './load-controllers.js';

const ROOT = path.resolve(import.meta.dirname, '../../../..');

const reviewed = JSON.parse(readFileSync(path.join(ROOT, 'docs/access-matrix.json'), 'utf8')) as MatrixRow[];

// Whatever complains before anything is removed would complain about every removal, and prove nothing.
const before = judge(SERVICES, [], reviewed);
if (before.length > 0) {
  process.stderr.write(`The ${before.join(' and the ')} must be content first: run npm run access-matrix.\n`);
  process.exit(1);
}

let tried = 0;
const survivors: string[] = [];
for (const file of controllerFiles()) {
  for (const { where, removed, source } of findMutations(readFileSync(file, 'utf8'))) {
    const verdict = judgeWith(await loadControllers(source, file, ROOT));
    tried += 1;
    if (verdict.length === 0) survivors.push(`${where} ${removed}`);
    const outcome = verdict.length === 0 ? 'SURVIVED' : `caught by ${verdict.join(', ')}`;
    process.stdout.write(`${where.padEnd(42)} ${removed.padEnd(50)} ${outcome}\n`);
  }
}
process.stdout.write(
  `${String(tried)} access decorators removed one at a time, ${String(tried - survivors.length)} noticed.\n`,
);
if (survivors.length > 0) {
  process.stderr.write(`Nothing notices when these are missing; add what does:\n  ${survivors.join('\n  ')}\n`);
}
if (survivors.length > 0 || tried === 0) process.exitCode = 1;

/** The verdict on all services, with these controllers in the place of those that have their names. */
function judgeWith(mutants: readonly Controller[]): Verdict {
  const mutantOf = (one: Controller) => mutants.find(({ name }) => name === one.name) ?? one;
  const known = SERVICES.flatMap(([, controllers]) => controllers.map(({ name }) => name));
  const services = SERVICES.map(([contract, controllers]) => [contract, controllers.map(mutantOf)] as const);
  return judge(
    services,
    mutants.filter(({ name }) => !known.includes(name)),
    reviewed,
  );
}

function controllerFiles(): string[] {
  return readdirSync(path.join(ROOT, 'apps')).flatMap((app) => {
    const folder = path.join(ROOT, 'apps', app, 'src');
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.controller.ts'))
      .map((name) => path.join(folder, name));
  });
}
