import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { installFault, isBuildStale, recordBuild } from '../bootstrap/staleness.js';

let root: string;
const write = (file: string, text: string) => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
};
const lock = (packages: object) => JSON.stringify({ packages: { '': { name: 'citadel' }, ...packages } });

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'citadel-bootstrap-'));
  for (const file of ['package.json', 'tsconfig.json', 'tsconfig.base.json']) write(file, '{}');
  for (const part of ['libs/auth', 'apps/gateway', 'tools/stack']) {
    write(`${part}/tsconfig.json`, '{}');
    write(`${part}/src/index.ts`, 'export {};');
    write(`${part}/dist/index.js`, 'export {};');
  }
  write('prisma/auth/schema.prisma', 'model User {}');
  const packages = {
    'node_modules/zod': { version: '4.0.0' },
    'node_modules/fsevents': { version: '2.0.0', optional: true },
  };
  write('package-lock.json', lock(packages));
  write('node_modules/.package-lock.json', lock({ 'node_modules/zod': { version: '4.0.0' } }));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('packages', () => {
  it('are there when all that the lock file wants are, whatever the times of the files say', () => {
    utimesSync(path.join(root, 'package-lock.json'), new Date(), new Date(Date.now() + 60_000));
    expect(installFault(root)).toBeUndefined();
  });

  it.each([
    ['nothing is installed', () => rmSync(path.join(root, 'node_modules'), { recursive: true }), 'they are missing'],
    ['a package is missing', () => write('node_modules/.package-lock.json', lock({})), 'node_modules/zod is missing'],
    [
      'a package has another version',
      () => write('node_modules/.package-lock.json', lock({ 'node_modules/zod': { version: '3.9.0' } })),
      'node_modules/zod is 3.9.0, not 4.0.0',
    ],
  ])('have to be installed when %s', (_, change, reason) => {
    change();
    expect(installFault(root)).toBe(reason);
  });
});

describe('the build', () => {
  it('is stale until it has been recorded', () => {
    expect(isBuildStale(root)).toBe(true);
    recordBuild(root);
    expect(isBuildStale(root)).toBe(false);
  });

  it.each([
    ['a source changes', () => write('libs/auth/src/index.ts', 'export const changed = true;')],
    ['a source is added', () => write('libs/auth/src/more.ts', 'export {};')],
    ['a source is gone', () => rmSync(path.join(root, 'apps/gateway/src/index.ts'))],
    [
      'a source is renamed',
      () => cpSync(path.join(root, 'libs/auth/src/index.ts'), path.join(root, 'libs/auth/src/b.ts')),
    ],
    ['a schema changes', () => write('prisma/auth/schema.prisma', 'model Person {}')],
    ['the compiler is set otherwise', () => write('tsconfig.base.json', '{ "compilerOptions": {} }')],
    ['a part of it was deleted', () => rmSync(path.join(root, 'apps/gateway/dist'), { recursive: true })],
  ])('is stale when %s', (_, change) => {
    recordBuild(root);
    change();
    expect(isBuildStale(root)).toBe(true);
  });

  it.each([
    ['a spec changes', () => write('libs/auth/src/index.spec.ts', 'it.todo()')],
    ['a file is touched', () => utimesSync(path.join(root, 'libs/auth/src/index.ts'), 1, 1)],
    ['something is built or generated', () => write('apps/gateway/src/generated/client.ts', 'export {};')],
  ])('is not stale when %s', (_, change) => {
    recordBuild(root);
    change();
    expect(isBuildStale(root)).toBe(false);
  });
});
