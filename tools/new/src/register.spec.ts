import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { SERVICE_NAMES } from '@citadel/contracts';

import { filesOf, isConcerned, PLACES, type RegisteredService } from './places.js';
import { REGISTER } from './register.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const textOf = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const timesIn = (file: string, text: string) => textOf(file).split(text).length - 1;

/** The folders of a folder, without those that hold nothing but what a build has left behind. */
const foldersIn = (folder: string, file: string) =>
  readdirSync(path.join(ROOT, folder)).filter((name) => existsSync(path.join(ROOT, folder, name, file)));

/** What a manifest says of a service that has the entry which the access matrix is read from. */
const manifestOf = ({ name }: RegisteredService) => {
  const { name: packageName, exports = {} } = JSON.parse(textOf(`apps/${name}/package.json`)) as {
    readonly name: string;
    readonly exports?: object;
  };
  return { packageName, entries: Object.keys(exports) };
};

describe.each(REGISTER)('$name of the register of services', (service) => {
  it('is written wherever files list services by hand', () => {
    const missing = PLACES.filter((place) => isConcerned(service, place))
      .filter(({ file, text }) => timesIn(file, text(service)) !== 1)
      .map(({ file, text }) => `${file} has to have this once:\n${text(service)}`);
    expect(missing).toEqual([]);
  });

  it('has the files that every service consists of', () => {
    expect(filesOf(service).filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
  });

  it('is a package that exports the module of its contract', () => {
    const isGateway = !service.hasContract;
    expect(manifestOf(service)).toEqual({
      packageName: isGateway ? '@citadel/gateway' : `@citadel/${service.name}-service`,
      entries: isGateway ? [] : ['./module'],
    });
  });

  it('is in the lock file', () => {
    const { packages } = JSON.parse(textOf('package-lock.json')) as { readonly packages: object };
    expect(Object.keys(packages)).toContain(`apps/${service.name}`);
  });
});

describe('the repository', () => {
  it('has no service, database or network that the register lacks', () => {
    const named = (pattern: RegExp) =>
      [...textOf('docker-compose.yml').matchAll(pattern)].map(([, name]) => name).sort();
    const withDatabase = REGISTER.filter(({ hasDatabase }) => hasDatabase).map(({ name }) => name);
    expect(foldersIn('apps', 'package.json').sort()).toEqual([...SERVICE_NAMES].sort());
    expect(foldersIn('prisma', 'schema.prisma').sort()).toEqual(withDatabase.sort());
    expect(named(/command: \[apps\/([\w-]+)\/dist\/main\.js\]/g)).toEqual([...SERVICE_NAMES].sort());
    expect(named(/^ {2}([\w-]+)-database: /gm)).toEqual(withDatabase.sort());
  });
});

describe('deploy/Dockerfile', () => {
  it('makes a folder of secrets for every service, from the folders in apps/', () => {
    expect(textOf('deploy/Dockerfile')).toContain('for consumer in store $(ls apps) ');
  });
});
