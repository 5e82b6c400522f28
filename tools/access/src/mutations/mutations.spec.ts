import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { findMutations } from './find-mutations.js';

const ROOT = path.resolve(import.meta.dirname, '../../../..');

const SOURCE = `
@Controller()
@Authenticated()
export class Vault {
  @Handles(vault.open)
  @RequirePermissions('vault:open')
  @RequireRecentLogin(15)
  open() {}

  @Handles(vault.look)
  @auth.Public()
  look() {}
}
`;

describe('a mutation', () => {
  it('is the source without one access decorator, and with all else', () => {
    const mutations = findMutations(SOURCE);
    expect(mutations.map(({ where, removed }) => [where, removed])).toEqual([
      ['Vault', '@Authenticated()'],
      ['Vault.open', "@RequirePermissions('vault:open')"],
      ['Vault.open', '@RequireRecentLogin(15)'],
      ['Vault.look', '@auth.Public()'],
    ]);
    for (const { removed, source } of mutations) expect(source).toBe(SOURCE.replace(removed, ''));
  });
});

describe('removing any one access decorator', () => {
  /** Counted in another way than the program that is tried does. */
  const decorators = readdirSync(path.join(ROOT, 'apps'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /^[^/]+\/src\/.*\.controller\.ts$/.test(name.split(path.sep).join('/')))
    .flatMap((name) => [
      ...readFileSync(path.join(ROOT, 'apps', name), 'utf8').matchAll(
        /^\s*@(?:\w+\.)?(Public|Authenticated|Roles|RequirePermissions|RequireClearance|RequireRecentLogin)\(/gm,
      ),
    ]).length;

  it('is noticed, whichever it is', () => {
    const main = path.join(ROOT, 'tools/access/dist/mutations/main.js');
    const output = execFileSync(process.execPath, [main], { encoding: 'utf8' });
    expect(output).toContain(
      `${String(decorators)} access decorators removed one at a time, ${String(decorators)} noticed.`,
    );
    expect(output).not.toContain('SURVIVED');
  }, 60_000);
});

describe('the written matrix', () => {
  it('is what the decorators say', () => {
    const main = path.join(ROOT, 'tools/access/dist/main.js');
    expect(execFileSync(process.execPath, [main, '--check'], { encoding: 'utf8' })).toContain('in step');
  }, 60_000);
});
