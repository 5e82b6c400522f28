import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import until from 'p-wait-for';

import { REPOSITORY } from '../stack-home.js';
import { DevLoop, servicesOf } from './dev-loop.js';

let root: string;
let loop: DevLoop;
let done: string[];
let said: string[];
let fault: Error | undefined;

beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'citadel-dev-loop-'));
  for (const folder of ['apps/treasury/src', 'apps/auth/src', 'libs/auth/src', 'prisma/auth', 'node_modules']) {
    mkdirSync(path.join(root, folder), { recursive: true });
  }
  write('tsconfig.base.json', readFileSync(path.join(REPOSITORY, 'tsconfig.base.json'), 'utf8'));
  [done, said, fault] = [[], [], undefined];
  const stack = {
    stopService: async (name: string) => void done.push(`stop ${name}`),
    startService: async (name: string) => {
      done.push(`start ${name}`);
      if (fault) throw fault;
    },
  };
  loop = new DevLoop(stack, (line) => said.push(line), root);
  await loop.start();
});
afterEach(async () => {
  await loop.close();
  rmSync(root, { recursive: true });
});

function write(file: string, text: string): void {
  writeFileSync(path.join(root, file), text);
}

describe('the development loop', () => {
  it('compiles what changed, and restarts the service that it belongs to', async () => {
    write('apps/treasury/src/a.ts', 'export const a = 1;\n');
    await until(() => said.length > 0);
    expect(said).toEqual([expect.stringMatching(/^Restarted treasury in [\d.]+ s: apps\/treasury\/src\/a\.ts$/)]);
    expect(done).toEqual(['stop treasury', 'start treasury']);
    expect(readFileSync(path.join(root, 'apps/treasury/dist/a.js'), 'utf8')).toContain('a = 1');
  });

  it('restarts nothing for a spec or for a syntax error, and goes on with the next change', async () => {
    write('apps/auth/src/a.spec.ts', 'it();\n');
    write('apps/auth/src/b.ts', 'export const b = ;\n');
    await until(() => said.length > 0);
    expect([said.length, done]).toEqual([1, []]);
    expect(said[0]).toMatch(/^apps\/auth\/src\/b\.ts:1:18 /);
    write('apps/auth/src/b.ts', 'export const b = 1;\n');
    await until(() => said.length > 1);
    expect(done).toEqual(['stop auth', 'start auth']);
  });

  it('says in one line that a service does not start, and tries again at the next change', async () => {
    fault = new Error('auth ended with status 1. The end of its log:\n  a stack');
    write('apps/auth/src/a.ts', 'export const a = 1;\n');
    await until(() => said.length > 0);
    expect(said).toEqual(['auth ended with status 1. The end of its log: It is started again at the next change.']);
    fault = undefined;
    write('apps/auth/src/a.ts', 'export const a = 2;\n');
    await until(() => said.length > 1);
    expect(said[1]).toContain('Restarted auth');
  });

  it('says what to do when a schema of Prisma changes', async () => {
    write('prisma/auth/schema.prisma', 'model A {}\n');
    await until(() => said.length > 0);
    expect(said[0]).toContain('run `npm run dev` again');
    expect(done).toEqual([]);
  });
});

describe('the services that load a source', () => {
  it('are its own for an app, and all for a library', () => {
    expect(servicesOf('apps/archives/src/a.ts')).toEqual(['archives']);
    expect(servicesOf('libs/auth/src/a.ts')).toContain('treasury');
    expect(servicesOf('libs/auth/src/a.ts')).toHaveLength(servicesOf('libs/platform/src/a.ts').length);
  });
});
