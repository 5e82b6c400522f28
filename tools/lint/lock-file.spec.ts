import { readFile } from 'node:fs/promises';

interface LockFile {
  readonly packages: Readonly<Record<string, { resolved?: string; link?: boolean; optionalDependencies?: object }>>;
}

const text = await readFile(`${import.meta.dirname}/../../package-lock.json`, 'utf8');
// npm writes this file in this shape (lockfileVersion 3).
const { packages } = JSON.parse(text) as LockFile;

describe('package-lock.json', () => {
  it('names no download address, so that it installs from any registry', () => {
    const addresses = Object.values(packages).filter(({ resolved, link }) => resolved && !link);
    expect(addresses).toEqual([]);
  });

  it('lists the packages of every platform, so that it installs on each of them', () => {
    const names = new Set(Object.keys(packages).map((path) => path.split('node_modules/').pop()));
    const missing = Object.values(packages)
      .flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}))
      .filter((name) => !names.has(name));
    expect(missing).toEqual([]);
  });
});

describe('an installation', () => {
  it('runs no script of any package, with any npm', async () => {
    const settings = await readFile(`${import.meta.dirname}/../../.npmrc`, 'utf8');
    expect(settings.split('\n')).toContain('ignore-scripts=true');
    // Where the file is left behind, what it says is not said.
    expect(await readFile(`${import.meta.dirname}/../../deploy/Dockerfile`, 'utf8')).toContain('! -name .npmrc');
  });
});
