import { SERVICE_NAMES } from '@citadel/contracts';
import until from 'p-wait-for';

import { type Answer, http, tokenOf } from './stack/http.js';
import { startOwnStack, type Stack } from './stack/stack.js';

let own: Stack;
let token: string;
beforeAll(async () => {
  own = await startOwnStack({ serviceSettings: { gateway: { CALL_TIMEOUT_MS: '3000' } } });
  token = await tokenOf('citizen', own.describe());
}, 120_000);
afterAll(() => own?.discard(), 60_000);

const ask = (path: string) => http('GET', path, { token, on: own.describe() });
const accounts = () => ask('/v1/treasury/accounts');
const documents = () => ask('/v1/archives/documents');
const pidOf = (name: string) => own.describe().processes.find((process) => process.name === name)?.pid ?? -1;

/** Asks until the answer has the status; what is wanted must come by itself. */
const answers = (status: number, call: () => Promise<Answer>) => until(async () => (await call()).status === status);

describe('a service that is stopped', () => {
  it('is missed on its own routes alone, and served again when it is back', async () => {
    await own.stopService('archives');
    const { status, body, headers } = await documents();
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'service-unavailable', '1']);
    expect((await accounts()).status).toBe(200);
    await own.startService('archives');
    await answers(200, documents);
  }, 60_000);

  it('is given up after the configured time when it hangs', async () => {
    const pid = pidOf('archives');
    process.kill(pid, 'SIGSTOP');
    try {
      const { status, body } = await documents();
      expect([status, body.code]).toEqual([504, 'timeout']);
      expect(body.detail).toBe('archives did not answer in 3000 ms');
      expect((await accounts()).status).toBe(200);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await answers(200, documents);
  }, 60_000);

  it('does not carry out afterwards what it was asked while it hung', async () => {
    const name = 'Too late';
    const openAccount = () =>
      http('POST', '/v1/treasury/accounts', { token, on: own.describe(), body: { name, currency: 'EUR' } });
    expect((await accounts()).status).toBe(200);
    const pid = pidOf('treasury');
    process.kill(pid, 'SIGSTOP');
    try {
      // It hangs when the first is given up, and the second is long over when the third is given up as well.
      for (const ask of [accounts, openAccount, accounts]) expect((await ask()).body.code).toBe('timeout');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await answers(200, accounts);
    const { status, text } = await accounts();
    expect([status, text.includes(name)]).toEqual([200, false]);
    expect((await openAccount()).status).toBe(201);
    expect((await accounts()).text).toContain(name);
  }, 60_000);

  it('is started again by the stack when it is killed', async () => {
    const before = pidOf('treasury');
    await own.kill('treasury');
    await answers(200, accounts);
    expect(pidOf('treasury')).not.toBe(before);
  }, 60_000);
});

describe('while PostgreSQL is stopped', () => {
  it('its services answer 503 and recover without a restart', async () => {
    const before = pidOf('treasury');
    await own.stopServer('postgres');
    const { status, body, headers } = await accounts();
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'service-unavailable', '1']);
    await own.startServer('postgres');
    await answers(200, accounts);
    expect(pidOf('treasury')).toBe(before);
  }, 60_000);
});

describe('while NATS is stopped', () => {
  it('is a 503 from a gateway that lives on, and everybody comes back by themselves', async () => {
    const before = SERVICE_NAMES.map(pidOf);
    await own.stopServer('nats');
    await answers(503, accounts);
    const refused = await accounts();
    expect([refused.status, refused.body.code, refused.headers['retry-after']]).toEqual([
      503,
      'service-unavailable',
      '1',
    ]);
    expect((await http('GET', '/health/live', { on: own.describe() })).status).toBe(200);
    const ready = await http('GET', '/health/ready', { on: own.describe() });
    expect([ready.status, ready.body]).toEqual([503, { ready: false }]);
    await own.startServer('nats');
    await answers(200, accounts);
    await answers(200, documents);
    expect(SERVICE_NAMES.map(pidOf)).toEqual(before);
  }, 60_000);
});
