import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Draft } from './draft.js';
import { operationName, permissionFor, serviceName } from './names.js';
import { homeOf, newOperation } from './new-operation.js';
import { newService } from './new-service.js';
import { REGISTER } from './register.js';
import { fill } from './template.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const addTo = (service: string, operation: string, draft = new Draft(ROOT)) =>
  newOperation(draft, homeOf(draft, serviceName(service), REGISTER), operation);

describe('the name of a service', () => {
  it.each(['War-Chest', 'war_chest', '-chest', 'chest-', '2chests', '../chest', 'a b', '', 'c'.repeat(41)])(
    'is refused as "%s", with an example',
    (name) => expect(() => serviceName(name)).toThrow(/is not the name of a service\. .* such as war-chest/),
  );

  it.each(['events', 'publisher', 'nats', 'contracts', 'class'])('is refused as "%s", which is taken', (name) => {
    expect(() => serviceName(name)).toThrow('is taken');
  });
});

describe('the name of an operation', () => {
  it.each(['close', 'RenameAccount', 'rename-account', 'rename_account', 'renameAccount!', '', `a${'B'.repeat(40)}`])(
    'is refused as "%s", with an example',
    (name) => expect(() => operationName(name)).toThrow(/is not the name of an operation\. .* such as renameAccount/),
  );

  it('makes its permission', () => {
    expect(permissionFor(serviceName('war-chest'), operationName('closeOldAccount'))).toBe(
      'war-chest:old-account:close',
    );
  });
});

describe('a new operation', () => {
  it('stands in contract, permissions and module, and has a controller, a service and a spec', () => {
    const draft = new Draft(ROOT);
    expect(addTo('treasury', 'weighCoins', draft)).toEqual({
      permission: 'treasury:coins:weigh',
      http: 'POST /v1/treasury/weigh-coins',
      folder: 'apps/treasury/src/weigh-coins',
    });
    expect(draft.files).toEqual({
      created: ['controller', 'service', 'spec'].map((kind) => `apps/treasury/src/weigh-coins/weigh-coins.${kind}.ts`),
      edited: [
        'libs/contracts/src/treasury.ts',
        'libs/contracts/src/permissions.ts',
        'apps/treasury/src/treasury.module.ts',
      ],
    });
    expect(draft.read('apps/treasury/src/treasury.module.ts')).toMatch(
      /CONTROLLERS = \[[^\]]+, WeighCoinsController\]/,
    );
  });

  it.each([
    ['gateway', 'closeGate', 'There is no service "gateway" that answers operations'],
    ['no-such-hall', 'countCoins', 'npm run new:service -- no-such-hall makes one'],
    ['treasury', 'openAccount', 'treasury.openAccount exists already'],
    ['archives', 'readDocuments', 'The permission archives:documents:read exists already'],
  ])('is refused for %s as %s, and the reason is given', (service, operation, reason) => {
    expect(() => addTo(service, operation)).toThrow(reason);
  });
});

describe('a new service', () => {
  it.each(['treasury', 'gateway'])('is refused as %s, which exists', (name) => {
    expect(() => newService(new Draft(ROOT), REGISTER, name, false)).toThrow(`The service ${name} exists already`);
  });

  it('has no trace of a database without --database', () => {
    const draft = new Draft(ROOT);
    newService(draft, REGISTER, 'no-such-hall', false);
    const { created, edited } = draft.files;
    const added = [...created, ...edited].map((file) => draft.read(file)).join('\n');
    expect(created.filter((file) => file.startsWith('prisma/'))).toEqual([]);
    expect(added).not.toMatch(/no-such-hall-database|NO_SUCH_HALL/);
  });
});

describe('a draft', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'citadel-new-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('writes nothing before write() is called, and then everything, formatted', async () => {
    const draft = new Draft(folder);
    draft.create('a/b.ts', 'export const  b=1');
    draft.edit('a/b.ts', (text) => text.replace('1', '"2"'));
    expect(existsSync(path.join(folder, 'a'))).toBe(false);
    await draft.write();
    expect(readFileSync(path.join(folder, 'a/b.ts'), 'utf8')).toBe('export const b = "2";\n');
  });

  it('does not take the place of a file', () => {
    expect(() => new Draft(ROOT).create('README.md', '')).toThrow('README.md exists already; nothing was written');
  });

  it.each(['not in the file', 'e'])('adds nothing behind what does not stand there exactly once: %s', (anchor) => {
    expect(() => new Draft(ROOT).addBehind('README.md', anchor, '')).toThrow('does not hold this exactly once');
  });
});

describe('a template', () => {
  it('is refused if it names a value that is not given', () => {
    expect(() => fill('service/main.ts.template', {})).toThrow('names {{contract}}, which is not given');
  });
});
