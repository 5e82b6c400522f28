import type { Break } from '../break.js';
import { breaks as access } from './access.js';
import { breaks as archives } from './archives.js';
import { breaks as calls } from './calls.js';
import { breaks as contracts } from './contracts.js';
import { breaks as cookies } from './cookies.js';
import { breaks as databases } from './databases.js';
import { breaks as deadlines } from './deadlines.js';
import { breaks as documents } from './documents.js';
import { breaks as events } from './events.js';
import { breaks as gateway } from './gateway.js';
import { breaks as guessing } from './guessing.js';
import { breaks as handlers } from './handlers.js';
import { breaks as keys } from './keys.js';
import { breaks as money } from './money.js';
import { breaks as passwords } from './passwords.js';
import { breaks as publication } from './publication.js';
import { breaks as recall } from './recall.js';
import { breaks as refusals } from './refusals.js';
import { breaks as revocation } from './revocation.js';
import { breaks as secrets } from './secrets.js';
import { breaks as sharing } from './sharing.js';
import { breaks as sockets } from './sockets.js';
import { breaks as tokens } from './tokens.js';

export const BREAKS: readonly Break[] = [
  ...access,
  ...archives,
  ...calls,
  ...contracts,
  ...cookies,
  ...databases,
  ...deadlines,
  ...documents,
  ...events,
  ...gateway,
  ...guessing,
  ...handlers,
  ...keys,
  ...money,
  ...passwords,
  ...publication,
  ...recall,
  ...refusals,
  ...revocation,
  ...secrets,
  ...sharing,
  ...sockets,
  ...tokens,
];
