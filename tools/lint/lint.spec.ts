import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

import config from '../../eslint.config.js';

/** Milliseconds for the compiler to read a package on a machine that is busy with the other suites. */
const PATIENCE = 60_000;
const root = `${import.meta.dirname}/../..`;
const withTypes = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  overrideConfig: [
    ...config,
    {
      files: ['**/*.ts'],
      languageOptions: {
        parserOptions: {
          // One small package instead of everything: what is tried here needs types, not all of ours.
          project: './libs/contracts/tsconfig.json',
          // With CI=true the parser would read the file from the disk and never see what it is given here.
          disallowAutomaticSingleRunInference: true,
        },
      },
    },
  ],
});
const withoutTypes = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  // These files need not exist, so no type information can be had for them.
  overrideConfig: [...config, { files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked }],
});

async function faultsOf(file: string, code: string, eslint = withoutTypes): Promise<string[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: `${root}/${file}` });
  return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
}

describe('package boundaries', () => {
  const boundaries = 'citadel/package-boundaries';

  it.each([
    ['an app imports another app', 'apps/treasury/src/x.ts', "import { x } from '@citadel/auth-service';"],
    ['an app imports another app by path', 'apps/treasury/src/x.ts', "import { x } from '../../auth/src/x.js';"],
    ['an app imports a tool', 'apps/auth/src/x.ts', "import { x } from '@citadel/stack';"],
    ['an app is built with a test aid', 'apps/auth/src/x.ts', "import { x } from '@citadel/database/testing';"],
    ['a spec uses more of a tool', 'apps/auth/src/x.spec.ts', "import { x } from '@citadel/database';"],
    ['a library imports an app', 'libs/platform/src/x.ts', "import { x } from '@citadel/gateway';"],
    ['a library imports an app by path', 'libs/auth/src/x.ts', "import { x } from '../../../apps/auth/src/x.js';"],
    ['a library imports a tool', 'libs/platform/src/x.ts', "import { x } from '@citadel/database';"],
    ['libs/auth imports libs/platform', 'libs/auth/src/x.ts', "import { x } from '@citadel/platform';"],
    ['a spec of libs/auth imports libs/platform', 'libs/auth/src/x.spec.ts', "import { x } from '@citadel/platform';"],
    ['a tool imports an app', 'tools/stack/src/x.ts', "import { x } from '@citadel/archives-service';"],
    ['a tool imports an app by path', 'tools/stack/src/x.ts', "import { x } from '../../../apps/auth/src/seed.js';"],
    ['a path leaves its package', 'apps/auth/src/x.ts', "import { x } from '../../../libs/platform/src/x.js';"],
    ['libs/auth imports the contracts', 'libs/auth/src/x.ts', "import { x } from '@citadel/contracts';"],
    ['libs/platform imports the contracts', 'libs/platform/src/x.ts', "import { x } from '@citadel/contracts';"],
    ['libs/protocol imports the contracts', 'libs/protocol/src/x.ts', "import { x } from '@citadel/contracts';"],
    ['libs/protocol imports a framework', 'libs/protocol/src/x.ts', "import { x } from '@nestjs/common';"],
    ['libs/contracts imports a library', 'libs/contracts/src/x.ts', "import { x } from '@citadel/auth';"],
    ['libs/contracts imports a framework', 'libs/contracts/src/x.ts', "import { x } from '@nestjs/common';"],
    ['libs/contracts imports Node.js', 'libs/contracts/src/x.ts', "import { x } from 'node:fs';"],
    ['an app uses passport-jwt', 'apps/gateway/src/x.ts', "import { Strategy } from 'passport-jwt';"],
    ['an app uses @nestjs/passport', 'apps/gateway/src/x.ts', "import { AuthGuard } from '@nestjs/passport';"],
    ['the bench itself uses passport-jwt', 'tools/bench/src/x.ts', "import { Strategy } from 'passport-jwt';"],
    ['a test uses jsonwebtoken', 'test/x.spec.ts', "import { sign } from 'jsonwebtoken';"],
    ['an app uses NATS', 'apps/auth/src/x.ts', "import { connect } from '@nats-io/transport-node';"],
    ['an app names a type of NATS', 'apps/auth/src/x.ts', "import type { KV } from '@nats-io/kv';"],
    ['libs/auth uses NATS', 'libs/auth/src/nats/x.ts', "import { Kvm } from '@nats-io/kv';"],
    ['libs/auth names a NATS type elsewhere', 'libs/auth/src/x.ts', "import type { KV } from '@nats-io/kv';"],
    ['the import is dynamic', 'apps/auth/src/x.ts', "export const x = import('@citadel/gateway');"],
    ['the import is a type expression', 'apps/auth/src/x.ts', "export type X = import('@citadel/gateway').X;"],
    ['the import is a re-export', 'apps/auth/src/x.ts', "export { x } from '@citadel/gateway';"],
    ['the import is an old require', 'apps/auth/src/x.ts', "import x = require('@citadel/gateway');\nexport { x };"],
  ])('refuses that %s', async (_, file, code) => {
    expect(await faultsOf(file, code)).toContain(boundaries);
  });

  it.each([
    ['an app imports the libraries', 'apps/auth/src/x.ts', "export { x } from '@citadel/platform';"],
    ['an app imports an entry of a library', 'apps/auth/src/x.ts', "export { x } from '@citadel/auth/testing';"],
    ['a spec has a database', 'apps/auth/src/x.spec.ts', "export { x } from '@citadel/database/testing';"],
    ['tests share a database', 'apps/auth/src/testing/x.ts', "export { x } from '@citadel/database/testing';"],
    [
      'a spec of the platform has a NATS server',
      'libs/platform/src/x.spec.ts',
      "export { x } from '@citadel/stack/testing';",
    ],
    ['libs/platform imports libs/auth', 'libs/platform/src/x.ts', "export { x } from '@citadel/auth';"],
    ['libs/contracts imports zod', 'libs/contracts/src/x.ts', "export { z } from 'zod';"],
    ['libs/auth uses passport-jwt', 'libs/auth/src/x.ts', "export { Strategy } from 'passport-jwt';"],
    ['a peer in the bench uses it', 'tools/bench/src/road/peers/x.ts', "export { Strategy } from 'passport-jwt';"],
    ['libs/platform uses NATS', 'libs/platform/src/x.ts', "export { connect } from '@nats-io/transport-node';"],
    ['libs/auth/src/nats names a type of NATS', 'libs/auth/src/nats/x.ts', "export type { KV } from '@nats-io/kv';"],
    ['a tool imports a tool', 'tools/stack/src/x.ts', "export { x } from '@citadel/database';"],
    ['a test imports anything of ours', 'test/x.spec.ts', "export { x } from '@citadel/stack';"],
  ])('accepts that %s', async (_, file, code) => {
    expect(await faultsOf(file, code)).toEqual([]);
  });
});

describe('house rules', () => {
  it.each([
    ['the environment read in a service', 'no-restricted-properties', 'export const x = process.env.X;'],
    ['the environment taken apart', 'no-restricted-properties', 'export const { env } = process;'],
    ['the environment imported', '@typescript-eslint/no-restricted-imports', "export { env } from 'node:process';"],
    ['any', '@typescript-eslint/no-explicit-any', 'export const x = (y: any): unknown => y;'],
    [
      'a non-null assertion',
      '@typescript-eslint/no-non-null-assertion',
      'export const x = (y?: string): string => y!;',
    ],
    ['export *', 'no-restricted-syntax', "export * from './y.js';"],
    ['the payload as principal', 'no-restricted-syntax', 'export const x = (c: C) => c.getRequest<R>().user;'],
  ])('refuse %s', async (_, rule, code) => {
    expect(await faultsOf('apps/auth/src/x.ts', code)).toContain(rule);
  });

  it.each(['it.only', 'it.skip', 'describe.only', 'test.skip.each', 'it.todo', 'xit', 'fdescribe'])(
    'refuse a test that is %s',
    async (name) => {
      expect(await faultsOf('apps/auth/src/x.spec.ts', `${name}('x', () => undefined);`)).toContain(
        'no-restricted-syntax',
      );
    },
  );

  it.each(['apps/auth/src/main.ts', 'tools/stack/src/x.ts', 'test/stack/x.ts'])(
    'let %s read the environment',
    async (file) => {
      expect(await faultsOf(file, 'export const x = process.env.X;')).toEqual([]);
    },
  );

  it(
    'refuse a promise that is not awaited',
    async () => {
      const code = 'export function x(y: Promise<void>): void {\n  y;\n}';
      expect(await faultsOf('libs/contracts/src/index.ts', code, withTypes)).toContain(
        '@typescript-eslint/no-floating-promises',
      );
    },
    PATIENCE,
  );
});
