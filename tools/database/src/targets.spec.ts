import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { targetsOf } from './targets.js';

const URL = 'postgresql://me:secret@db/treasury';
let root: string;
beforeEach(async () => (root = await mkdtemp(path.join(tmpdir(), 'citadel-targets-'))));
afterEach(() => rm(root, { recursive: true }));

const file = async (name: string, content: string) => {
  await mkdir(path.dirname(path.join(root, name)), { recursive: true });
  await writeFile(path.join(root, name), content);
  return path.join(root, name);
};

describe('where the databases are', () => {
  it('is what the environment says', () => {
    const environment = { DATABASE_MIGRATOR_URL_TREASURY: URL, DATABASE_CA: 'PEM' };
    expect(targetsOf(['treasury'], environment, root)).toEqual([{ service: 'treasury', url: URL, ca: 'PEM' }]);
  });

  it('may stand in files', async () => {
    const environment = {
      DATABASE_MIGRATOR_URL_TREASURY_FILE: await file('url', `${URL}\n`),
      DATABASE_CA_FILE: await file('ca.pem', 'PEM\n'),
    };
    expect(targetsOf(['treasury'], environment, root)).toEqual([{ service: 'treasury', url: URL, ca: 'PEM' }]);
  });

  it('is otherwise what the running local stack says', async () => {
    const stack = {
      ca: await file('ca.pem', 'PEM'),
      migratorDatabases: { treasury: URL },
      gateway: 'https://localhost',
    };
    await file('.citadel/stack.json', JSON.stringify(stack));
    expect(targetsOf(['treasury'], {}, root)).toEqual([{ service: 'treasury', url: URL, ca: 'PEM' }]);
    expect(targetsOf(['treasury'], { DATABASE_MIGRATOR_URL_TREASURY: 'other' }, root)[0]?.url).toBe('other');
  });

  it('is what the stack in CITADEL_HOME says, if that is where it lives', async () => {
    const stack = { ca: await file('ca.pem', 'PEM'), migratorDatabases: { treasury: URL } };
    const home = path.dirname(await file('elsewhere/stack.json', JSON.stringify(stack)));
    expect(targetsOf(['treasury'], { CITADEL_HOME: home }, root)[0]?.url).toBe(URL);
  });

  it('is asked for with both ways to answer when nothing says it', () => {
    const ask = () => targetsOf(['auth', 'treasury'], { DATABASE_MIGRATOR_URL_AUTH: URL }, root);
    expect(ask).toThrow(/npm start/);
    expect(ask).toThrow(/set DATABASE_MIGRATOR_URL_TREASURY, DATABASE_CA_FILE/);
  });
});
