import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { REPOSITORY } from '../stack-home.js';
import { compile, isBuilt } from './compile.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'citadel-dev-'));
  mkdirSync(path.join(root, 'apps/mill/src/flour'), { recursive: true });
  mkdirSync(path.join(root, 'node_modules'));
  writeFileSync(path.join(root, 'tsconfig.base.json'), readFileSync(path.join(REPOSITORY, 'tsconfig.base.json')));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, text: string): string {
  writeFileSync(path.join(root, file), text);
  return file;
}

/** Without the types of other files the compiler writes `typeof X === 'function' ? X : Object` where it means X. */
function withPlainMetadata(text: string): string {
  return text
    .replaceAll(/^ *var _a(?:, _[a-z])*;\n/gm, '')
    .replaceAll(/typeof \((_[a-z]) = typeof [\w.]+ !== "undefined" && ([\w.]+)\) === "function" \? \1 : Object/g, '$2')
    .replaceAll(/\s+/g, ' ');
}

describe('the compilation of one file', () => {
  it('gives what the build gives, for every file of the gateway and the treasury', () => {
    const sources = ['apps/gateway', 'apps/treasury'].flatMap((workspace) =>
      readdirSync(path.join(REPOSITORY, workspace, 'src'), { recursive: true, encoding: 'utf8' })
        .map((name) => `${workspace}/src/${name}`)
        .filter(isBuilt),
    );
    expect(sources.length).toBeGreaterThan(15);
    for (const source of sources) {
      const built = source.replace('/src/', '/dist/').replace(/\.ts$/, '.js');
      mkdirSync(path.join(root, path.dirname(source)), { recursive: true });
      compile(write(source, readFileSync(path.join(REPOSITORY, source), 'utf8')), root);
      expect(withPlainMetadata(readFileSync(path.join(root, built), 'utf8'))).toBe(
        withPlainMetadata(readFileSync(path.join(REPOSITORY, built), 'utf8')),
      );
    }
  });

  it('names the place of a syntax error and keeps what was there', () => {
    const file = write('apps/mill/src/main.ts', 'export const grain = 1;\n');
    expect(compile(file, root)).toEqual([]);
    write(file, 'export const grain = ;\n');
    expect(compile(file, root)).toEqual(['apps/mill/src/main.ts:1:22 Expression expected.']);
    expect(readFileSync(path.join(root, 'apps/mill/dist/main.js'), 'utf8')).toContain('grain = 1');
  });

  it('maps back to the source, so that a debugger stops there', () => {
    compile(write('apps/mill/src/flour/grind.ts', 'export const grain: number = 1;\n'), root);
    const map: unknown = JSON.parse(readFileSync(path.join(root, 'apps/mill/dist/flour/grind.js.map'), 'utf8'));
    expect(map).toMatchObject({ sources: [path.join(root, 'apps/mill/src/flour/grind.ts')] });
  });

  it('makes the next build compile the workspace again, even if the edit is taken back', () => {
    const records = ['apps/mill/dist/.tsbuildinfo', 'node_modules/.citadel-build'];
    mkdirSync(path.join(root, 'apps/mill/dist'));
    for (const record of records) write(record, '{}');
    compile(write('apps/mill/src/main.ts', 'export {};\n'), root);
    expect(records.filter((record) => existsSync(path.join(root, record)))).toEqual([]);
  });
});

describe('a file that a service loads', () => {
  it.each(['apps/auth/src/main.ts', 'libs/auth/src/guards/a.guard.ts'])('is %s', (file) =>
    expect(isBuilt(file)).toBe(true),
  );
  it.each([
    'apps/auth/src/main.spec.ts',
    'apps/treasury/src/testing/treasury.ts',
    'libs/platform/src/a.fixture.ts',
    'tools/stack/src/main.ts',
    'apps/auth/package.json',
  ])('is not %s', (file) => expect(isBuilt(file)).toBe(false));
});
