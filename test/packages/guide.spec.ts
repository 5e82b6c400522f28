import { type ChildProcess, execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { examine } from '../../tools/doctor/src/examine.js';
import { openProject } from '../../tools/doctor/src/project.js';
import { type Block, blocksOf, commandsOf } from '../../tools/lint/command-blocks.js';
import { startNats } from './nats.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const GUIDE = 'libs/auth/README.md';
const PATIENCE_MS = 5 * 60_000;

const COMPILER =
  '--ignoreConfig --target es2023 --module nodenext --types node --strict --skipLibCheck --experimentalDecorators --emitDecoratorMetadata';

/** Calls the guard of the page with tokens of each kind. */
const TRY_BOTH_KINDS = `
import 'reflect-metadata';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { LoginService } from './dist/login.service.js';

const pair = () =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
const { publicKey, privateKey } = pair();
Object.assign(process.env, { ISSUER_PUBLIC_KEY: publicKey, JWT_SECRET: 's'.repeat(32) });
const { AuthGuard } = await import('./dist/auth.guard.js');

const jwt = new JwtService({});
const issued = (key) => new LoginService(jwt).accessTokenFor({ id: 'ada', roles: [], permissions: [] }, key);
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const body = part({ alg: 'HS256' }) + '.' + part({ sub: 'ada' });
const tokens = {
  'of the secret': jwt.sign({ sub: 'ada' }, { secret: 's'.repeat(32) }),
  'of the issuer': await issued(privateKey),
  'of another secret': jwt.sign({ sub: 'ada' }, { secret: 't'.repeat(32) }),
  'of another issuer': await issued(pair().privateKey),
  'of the public key, taken for a secret': body + '.' + createHmac('sha256', publicKey).update(body).digest('base64url'),
  'without a signature': part({ alg: 'none' }) + '.' + part({ sub: 'ada' }) + '.',
  none: undefined,
};
for (const [kind, token] of Object.entries(tokens)) {
  const request = { headers: token ? { authorization: 'Bearer ' + token } : {} };
  const answer = new AuthGuard(jwt).canActivate({ switchToHttp: () => ({ getRequest: () => request }) });
  console.log(kind + ': ' + (await answer.then(() => 'accepted', () => 'refused')));
}
`;

let folder: string;
let nats: ChildProcess | undefined;
let url: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'citadel-guide-'));
  const packages = ['protocol', 'auth'].map((name) => path.join(ROOT, 'libs', name));
  await promisify(execFile)('npm', ['pack', '--silent', ...packages], { cwd: folder });
  ({ nats, url } = await startNats());
}, PATIENCE_MS);

afterAll(() => {
  nats?.kill();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

function write({ target = '', text }: Pick<Block, 'target' | 'text'>): void {
  const file = path.join(folder, target);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** What a command says, line by line. Scripts of packages do not run, and nothing is asked that is known already. */
async function run({ text }: Pick<Block, 'text'>): Promise<string> {
  const npm = { npm_config_ignore_scripts: 'true', npm_config_prefer_offline: 'true', npm_config_audit: 'false' };
  const options = { cwd: folder, env: { ...process.env, ...npm, NATS_URL: url, NO_COLOR: '1' } };
  const failed = (error: unknown) => {
    throw new Error(`${String(error)}\n${(error as { stdout?: string }).stdout ?? ''}`);
  };
  return (await promisify(execFile)('sh', ['-ec', text], options).catch(failed)).stdout;
}

describe('the guide of @citadel/auth', () => {
  it(
    'leads from an empty folder to a guarded message, and shows what the service answers',
    async () => {
      const commands = new Set(commandsOf(GUIDE).map(({ line }) => line));
      let said = '';
      for (const block of blocksOf(GUIDE)) {
        if (commands.has(block.line)) said = await run(block);
        else if (block.target !== undefined) write(block);
      }
      const shown =
        blocksOf(GUIDE)
          .find(({ language }) => language === 'text')
          ?.text.trim()
          .split('\n') ?? [];
      expect(shown).toHaveLength(7);
      expect(said.split('\n').filter((line) => /^(HTTP|message), /.test(line))).toEqual(shown);
    },
    PATIENCE_MS,
  );
});

describe('the page about moving', () => {
  it.each([
    ['from-nest-keycloak-connect', []],
    ['from-nestjs-passport', ['permissive-roles-guard', 'unpinned-algorithms']],
    ['from-nestjs-jwt', ['secret-in-code', 'unguarded-hybrid', 'unpinned-algorithms']],
  ])('%s shows what the doctor finds before and not after, and what compiles', async (name, found) => {
    const file = `docs/migrate/${name}.md`;
    const blocks = blocksOf(file).filter(({ target }) => target !== undefined);
    for (const { target, ...block } of blocks) write({ ...block, target: `${name}/${target ?? ''}` });
    const rulesIn = (part: string) =>
      examine(openProject(path.join(folder, name, part))).findings.map(({ rule }) => rule);
    expect([...new Set(rulesIn('before'))].sort()).toEqual(found);
    expect(rulesIn('after')).toEqual([]);
    await run({ text: `npx tsc ${COMPILER} --noEmit ${name}/after/src/*.ts` });
  });

  it(
    'from-nestjs-jwt shows a guard that takes tokens of the secret and of the issuer, and none that is made of both',
    async () => {
      for (const block of blocksOf('docs/migrate/from-nestjs-jwt.md'))
        if (block.target?.startsWith('during/')) write(block);
      await run({ text: 'npm install --no-save @nestjs/jwt@12' });
      await run({ text: `npx tsc ${COMPILER} --rootDir during/src --outDir during/dist during/src/*.ts` });
      write({ target: 'during/try.js', text: TRY_BOTH_KINDS });
      expect(await run({ text: 'node during/try.js' })).toBe(
        [
          'of the secret: accepted',
          'of the issuer: accepted',
          'of another secret: refused',
          'of another issuer: refused',
          'of the public key, taken for a secret: refused',
          'without a signature: refused',
          'none: refused',
          '',
        ].join('\n'),
      );
      expect(examine(openProject(path.join(folder, 'during'))).findings).toEqual([]);
    },
    PATIENCE_MS,
  );
});
