import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import { DATABASE_SERVICES } from '@citadel/contracts';
import {
  finishRotation,
  forEachOf,
  prepareSecrets,
  rotateSecrets,
  type Secrets,
  writePrivateFile,
} from '@citadel/stack/secrets';

import { filesOfConsumers, migratorUrlOf, urlOf } from './consumers.js';
import type { Description } from './stack-file.js';

/** Every volume is mounted below this folder of the container `secrets`, and of no other. */
const FOLDER = '/secrets';

const STORE = path.join(FOLDER, 'store');

const COMMANDS: Readonly<Record<string, (secrets: Secrets) => void>> = {
  prepare: handOut,
  rotate: () => {
    rotateSecrets(STORE);
    console.log('Every secret is replaced; the containers get the new ones when they are made again.');
  },
  'finish-rotation': () => {
    finishRotation(STORE);
    console.log('The predecessors are forgotten; the containers lose them when they are made again.');
  },
  describe: (secrets) => console.log(JSON.stringify(describe(secrets))),
};

const [name = 'prepare'] = process.argv.slice(2);
const command = COMMANDS[name];
if (command) {
  const hostnames = { gateway: ['gateway'], nats: ['nats'], postgres: ['postgres'] };
  command(await prepareSecrets(STORE, { hostnames }));
} else {
  console.error(`There is no command "${name}"; there are ${Object.keys(COMMANDS).join(', ')}.`);
  process.exitCode = 64;
}

function handOut(secrets: Secrets): void {
  for (const [consumer, files] of Object.entries(filesOfConsumers(secrets))) {
    const folder = path.join(FOLDER, consumer);
    // What a container of an older version needed, and this one must not have.
    for (const name of readdirSync(folder)) if (!(name in files)) rmSync(path.join(folder, name), { recursive: true });
    for (const [name, text] of Object.entries(files)) writePrivateFile(path.join(folder, name), text);
  }
  console.log('Every container has its secrets.');
}

/** What the stories need to know; printed to whoever may run this container, and could read the volumes as well. */
function describe(secrets: Secrets): Description {
  const { ca, users, nkeys, keys } = secrets;
  return {
    ca: readFileSync(ca, 'utf8'),
    users,
    keyEncryptionKey: keys.keyEncryptionKey.text,
    nkeySeeds: Object.fromEntries(Object.entries(nkeys).map(([service, { seed }]) => [service, seed.text])),
    databases: forEachOf(DATABASE_SERVICES, (service) => urlOf(secrets, service)),
    migratorDatabases: forEachOf(DATABASE_SERVICES, (service) => migratorUrlOf(secrets, service)),
  };
}
