import { randomUUID } from 'node:crypto';

import { refusedAs } from '../answer.js';
import type { Attack, Family, Try } from '../attack.js';

/** Each reads as `sovereign` to somebody, or means something to some language. */
const LOOKALIKES = [
  'Sovereign',
  'SOVEREIGN',
  ' sovereign',
  'sovereign ',
  'sovereign\n',
  'sovereign\u0000',
  'sovereign\u200b',
  'so\u00advereign',
  's\u043evereign',
  'ѕovereign',
  'sovere\u0131gn',
  'ｓｏｖｅｒｅｉｇｎ',
  '\u202engierevos',
  'sovereign,citizen',
  'sovereign;',
  "sovereign' OR '1'='1",
  'sov*',
  '*',
  '__proto__',
  '',
];

const FIELDS = { summary: 'Harmless', permissions: [], inherits: [] };

const made: Attack = {
  title: 'A custom role whose name looks like sovereign',
  why: 'people read names and programs compare bytes: whoever approves sоvereign sees what is not there',
  holds: 'names of a-z, 0-9 and -, in the contract and once more in the database; built-in names are taken',
  async run({ http, official }) {
    const { accessToken: token } = await official('sovereign');
    const tries = LOOKALIKES.map(async (name) =>
      refusedAs('invalid-request')(
        JSON.stringify(name),
        await http('POST', '/v1/roles', { token, body: { name, ...FIELDS } }),
      ),
    );
    const taken = await http('POST', '/v1/roles', { token, body: { name: 'sovereign', ...FIELDS } });
    return [...(await Promise.all(tries)), refusedAs('role-built-in')('the name itself', taken)];
  },
};

const given: Attack = {
  title: 'Such a name, given to somebody',
  why: 'trimmed, folded to lower case or cut at NUL on its way to the database, it becomes the real one',
  holds: 'the same rule wherever a role is named, and roles that must exist',
  async run({ http, ask, official, attacker: { id } }) {
    const { accessToken: token } = await official('sovereign');
    const names = [...LOOKALIKES, 'constructor', 'to-string', 'sovereign2'];
    const refused = refusedAs('invalid-request', 'unknown-role');
    const tries = names.map(async (name): Promise<Try[]> => {
      const body = { roles: [name] };
      const call = { token, headers: { 'if-match': '*' }, body };
      return [
        refused(`HTTP ${JSON.stringify(name)}`, await http('PUT', `/v1/users/${id}/roles`, call)),
        refused(`NATS ${JSON.stringify(name)}`, await ask('auth.setUserRoles', { id, ...body }, { token })),
      ];
    });
    return (await Promise.all(tries)).flat();
  },
};

const PERMISSION_LOOKALIKES = [
  '**',
  '*:*',
  '*:users:read',
  'AUTH:*',
  'auth',
  'auth:',
  'auth:users',
  'auth:*:read',
  'auth:us*',
  ' *',
  '*\n',
];

const inToken: Attack = {
  title: 'Such names in a token',
  why: 'includes(), startsWith() and a regular expression each find something else in "sovereign2" or "auth:*:read"',
  holds: 'comparison of whole names, and one kind of wildcard: at the end, behind a colon',
  async run({ http, ask, issuer, isRealIssuer }) {
    // Signed by the real key they are taken for what they are: tokens without the permission.
    const refused = refusedAs(isRealIssuer ? 'missing-permission' : 'unauthenticated');
    const claims = [
      ...LOOKALIKES.filter((name) => name !== '').map((name) => ({ roles: [name], permissions: [] as string[] })),
      { roles: ['sovereign'], permissions: [] },
      ...PERMISSION_LOOKALIKES.map((permission) => ({ roles: [], permissions: [permission] })),
    ];
    const tries = claims.map(async (claim): Promise<Try[]> => {
      const token = issuer.tokenFor(['gateway', 'auth'], { ...claim });
      const at = JSON.stringify([...claim.roles, ...claim.permissions][0]);
      return [
        refused(`HTTP ${at}`, await http('GET', '/v1/users', { token })),
        refused(`NATS ${at}`, await ask('auth.listUsers', {}, { token })),
      ];
    });
    return (await Promise.all(tries)).flat();
  },
};

const climbing: Attack = {
  title: 'The way up for a warden',
  why: 'whoever may manage users gives themselves, or a friend, what they do not have',
  holds:
    'one rule in one place: nobody gives, changes or takes what is beyond their own power, and nobody changes themselves',
  async run({ http, official, attacker, victim }) {
    const warden = await official('warden');
    const sovereign = await official('sovereign');
    const call = async (method: string, path: string, body?: unknown) =>
      http(method, path, { token: warden.accessToken, headers: { 'if-match': '*' }, body });
    const beyond = refusedAs('beyond-your-power');
    const self = refusedAs('self-change');
    const role = (permissions: string[], inherits: string[] = []) => ({
      name: `ladder-${randomUUID()}`,
      summary: 'A ladder',
      permissions,
      inherits,
    });
    return [
      self('themselves', await call('PUT', `/v1/users/${warden.id}/roles`, { roles: ['warden', 'sovereign'] })),
      self('their clearance', await call('PUT', `/v1/users/${warden.id}/clearance`, { clearance: 'sealed' })),
      beyond('a friend', await call('PUT', `/v1/users/${attacker.id}/roles`, { roles: ['sovereign'] })),
      beyond('a friend’s clearance', await call('PUT', `/v1/users/${attacker.id}/clearance`, { clearance: 'sealed' })),
      beyond('a role of everything', await call('POST', '/v1/roles', role(['*']))),
      beyond('a role of one thing more', await call('POST', '/v1/roles', role(['treasury:vault:draw']))),
      beyond('an heir of the sovereign', await call('POST', '/v1/roles', role([], ['sovereign']))),
      beyond('the sovereign', await call('POST', `/v1/users/${sovereign.id}/disable`)),
      beyond('a citizen with other powers', await call('PUT', `/v1/users/${victim.id}/roles`, { roles: [] })),
    ];
  },
};

export const roleNames: Family = {
  name: 'role-names',
  title: 'names that look like sovereign, and ladders to it',
  attacks: [made, given, inToken, climbing],
};
