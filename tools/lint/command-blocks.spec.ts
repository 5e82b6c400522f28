import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { blocksOf, commandsOf } from './command-blocks.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');

/** What runs the commands of a document. */
const RUNNERS: Readonly<Record<string, string>> = {
  'README.md': 'test/fresh-clone/fresh-clone.spec.ts',
  'libs/auth/README.md': 'test/packages/guide.spec.ts',
};

const FENCE = '```';

describe('command blocks', () => {
  it.each([
    ['```sh\nnpm test\n```\n', 1],
    ['```sh not-run: it needs a cluster\nnpm test\n```\n', 0],
    ['```sh not-run:\nnpm test\n```\n', 1],
    ['1. Do it:\n\n   ```sh\n   npm test\n   ```\n', 1],
    ['```ts\nnpm.test();\n```\n', 0],
  ])('are found as what a test has to run: %j', (source, count) => {
    expect(commandsOf('a.md', source).map(({ text }) => text)).toEqual(Array(count).fill('npm test\n'));
  });

  it('are run by a test, or say why not', () => {
    const unmarked = documents.flatMap((file) => (RUNNERS[file] ? [] : commandsOf(file)));
    // The way out: a runner above, or `not-run: <reason>` behind the language.
    expect(unmarked.map(({ file, line, text }) => `${file}:${String(line)} ${text}`)).toEqual([]);
  });

  it.each(Object.entries(RUNNERS))('of %s are read by %s', (file, runner) => {
    expect(commandsOf(file)).not.toEqual([]);
    expect(read(runner)).toMatch(new RegExp(`commandsOf\\('${file}'|GUIDE = '${file}'`));
  });

  it('are not hidden in blocks without a language', () => {
    const nameless = documents.flatMap((file) => blocksOf(file)).filter(({ language }) => language === '');
    expect(nameless.map(({ file, line }) => `${file}:${String(line)}`)).toEqual([]);
    expect(blocksOf('a.md', `${FENCE}\nnpm test\n${FENCE}\n`)).toHaveLength(1);
  });

  // Pasted into an interactive zsh, a comment is a command and a glob without a match is an error.
  it('have no comments and no bare globs, which an interactive zsh does not take', () => {
    const blocks = documents.flatMap((file) => commandsOf(file));
    expect(
      blocks.filter(({ text }) => /(^|\s)#/m.test(text)).map(({ file, line }) => `${file}:${String(line)}`),
    ).toEqual([]);
  });
});

describe('documents', () => {
  it('name no script that package.json does not have', () => {
    // As npm wrote it.
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };
    const named = documents.flatMap((file) =>
      [...read(file).matchAll(/\bnpm run (?:-s |--silent )?([\w:-]+)/g)].map(([, name = '']) => `${file}: ${name}`),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((one) => !((one.split(': ')[1] ?? '') in scripts))).toEqual([]);
  });
});
