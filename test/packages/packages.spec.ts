import { type ChildProcess, execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { startNats } from './nats.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PACKAGES = ['protocol', 'auth', 'platform'];
const JEST = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--cacheDirectory', '.jest'];
const PATIENCE_MS = 5 * 60_000;

const unauthenticated = { code: 'unauthenticated', status: 401 };
const missing = { code: 'missing-permission', status: 403, permission: 'orders:orders:place' };
const refused = { nobody: unauthenticated, forged: unauthenticated, unentitled: missing };
const OVER_HTTP = { ...refused, entitled: { by: 'ada' } };
const OVER_NATS = {
  ...refused,
  entitled: { book: 'Emma', by: 'ada' },
  wrong: { code: 'invalid-request', status: 400 },
  many: { code: 'order-too-large', status: 409 },
  open: { status: 'up' },
};

let app: string;
let nats: ChildProcess | undefined;
let tarballs: string[];

const run = async (command: string, ...parameters: string[]) => {
  const options = { cwd: app, encoding: 'utf8' } as const;
  // The tools say what is wrong on their standard output.
  const failed = (error: unknown) => {
    throw new Error(`${String(error)}\n${(error as { stdout?: string }).stdout ?? ''}`);
  };
  return (await promisify(execFile)(command, parameters, options).catch(failed)).stdout;
};
const tool = (name: string, ...parameters: string[]) => run(path.join(app, 'node_modules/.bin', name), ...parameters);

beforeAll(async () => {
  app = mkdtempSync(path.join(tmpdir(), 'citadel-packages-'));
  cpSync(path.join(import.meta.dirname, 'app'), app, { recursive: true });
  const folders = PACKAGES.map((name) => path.join(ROOT, 'libs', name));
  await run('npm', 'pack', '--silent', ...folders);
  tarballs = readdirSync(app).filter((name) => name.endsWith('.tgz'));
  // An install script is code that nobody here asked for, and none of them needs one.
  const files = tarballs.map((name) => `./${name}`);
  await run('npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', ...files);
}, PATIENCE_MS);

afterAll(() => {
  nats?.kill();
  if (app) rmSync(app, { recursive: true, force: true });
});

describe('a package that is packed', () => {
  it('holds what runs, its types, a README and the licence, and nothing of the services here', () => {
    expect(tarballs).toHaveLength(PACKAGES.length);
    for (const name of PACKAGES) {
      const folder = path.join(app, 'node_modules/@citadel', name);
      expect(readdirSync(folder).sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
      expect(files.filter((file) => /\.map$|\.tsbuildinfo$|\.spec\.|\.fixture\./.test(file))).toEqual([]);
      const code = files
        .filter((file) => file.endsWith('.js'))
        .map((file) => readFileSync(path.join(folder, file), 'utf8'));
      expect(code.join('').match(/@citadel\/contracts|insufficient-funds|archives:documents/g)).toBeNull();
    }
    expect(existsSync(path.join(app, 'node_modules/@citadel/contracts'))).toBe(false);
  });

  it(
    'passes publint and arethetypeswrong for ES modules',
    async () => {
      for (const tarball of tarballs) {
        await tool('publint', '--strict', tarball);
        await tool('attw', '--profile', 'esm-only', tarball);
      }
    },
    PATIENCE_MS,
  );
});

describe('an application of its own', () => {
  it.each([
    ['node16', 'node16'],
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])(
    'has sound types as %s modules found as %s',
    async (module, resolution) => {
      await tool('tsc', '--noEmit', '--module', module, '--moduleResolution', resolution);
    },
    PATIENCE_MS,
  );

  it(
    'is guarded over Express, Fastify, NATS, TCP and as a hybrid',
    async () => {
      await tool('tsc');
      let url: string;
      ({ nats, url } = await startNats());
      const results: unknown = JSON.parse(await run(process.execPath, 'dist/main.js', url));
      const overTcp = { nobody: unauthenticated, forged: unauthenticated, unentitled: unauthenticated };
      expect(results).toEqual({
        express: OVER_HTTP,
        fastify: OVER_HTTP,
        nats: OVER_NATS,
        // TCP carries no token: all but what is public is refused.
        tcp: {
          ...overTcp,
          entitled: unauthenticated,
          wrong: unauthenticated,
          many: unauthenticated,
          open: { status: 'up' },
        },
        hybrid: { http: OVER_HTTP, nats: OVER_NATS },
      });
    },
    PATIENCE_MS,
  );

  it.each([
    ['Jest', [process.execPath, ...JEST]],
    ['Vitest', [process.execPath, 'node_modules/vitest/vitest.mjs', 'run', '--globals']],
  ])(
    'is tested with %s as it is',
    async (_, [command = '', ...parameters]) => {
      await tool('tsc');
      await run(command, ...parameters);
    },
    PATIENCE_MS,
  );
});
