import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const COMMON = ['libs/platform/src/config/fields.ts', 'libs/platform/src/database/database-config.ts'];
const GATEWAY = 'apps/gateway/src/gateway.config.ts';
const SEED = 'apps/auth/src/seed.ts';

/** The sources that name variables: `<app>.config.ts`, and what they share. */
async function configurationFiles(): Promise<string[]> {
  const apps = await readdir(path.join(root, 'apps'));
  return [...COMMON, SEED, ...apps.map((app) => `apps/${app}/src/${app}.config.ts`)];
}

async function variablesIn(file: string): Promise<string[]> {
  // An app without variables of its own has no such file.
  const text = await readFile(path.join(root, file), 'utf8').catch(() => '');
  return [...text.matchAll(/\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+): [a-zA-Z]/g)].map(([, name = '']) => name);
}

describe('docker-compose.yml', () => {
  it('passes on every variable that the gateway reads', async () => {
    const compose = await readFile(path.join(root, 'docker-compose.yml'), 'utf8');
    const read = await Promise.all(['libs/platform/src/config/fields.ts', GATEWAY].map(variablesIn));
    const passed = [...compose.matchAll(/^ +([A-Z][A-Z0-9_]+?)(_FILE)?:/gm)].map(([, name]) => name);
    expect(read.flat().filter((name) => !passed.includes(name))).toEqual([]);
  });
});

describe('.env.example', () => {
  it('names every variable that a process reads, and no other', async () => {
    const example = await readFile(path.join(root, '.env.example'), 'utf8');
    const named = [...example.matchAll(/^([A-Z][A-Z0-9_]+?)(_FILE)?=/gm)].map(([, name]) => name);
    const read = await Promise.all((await configurationFiles()).map(variablesIn));

    expect([...new Set(named)].sort()).toEqual([...new Set(read.flat())].sort());
  });
});
