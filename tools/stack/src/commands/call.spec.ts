import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { jest } from '@jest/globals';

import { prepareSecrets } from '../secrets/prepare-secrets.js';
import { writePrivateFile } from '../secrets/private-files.js';
import { call } from './call.js';

interface Received {
  readonly route: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

const folder = mkdtempSync(path.join(tmpdir(), 'citadel-call-'));
const stackFile = path.join(folder, 'stack.json');
let received: Received[] = [];
let accepted = 'token-1';
let server: Server | undefined;
let stdout: string;
let stderr: string;

// A gateway that knows one token: each login makes the next one.
async function answer(request: IncomingMessage): Promise<[status: number, body: object]> {
  const { authorization } = request.headers;
  received.push({
    route: `${String(request.method)} ${String(request.url)}`,
    authorization,
    body: await text(request),
  });
  if (request.url === '/v1/auth/login') return [200, { access_token: accepted, expires_in: 300 }];
  return authorization === `Bearer ${accepted}`
    ? [200, { id: 'an-id', balance: 7 }]
    : [401, { code: 'unauthenticated' }];
}

beforeAll(async () => {
  const { certificates, ca } = await prepareSecrets(path.join(folder, 'secrets'));
  const { certificate, key } = certificates.gateway;
  const opened = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (request, response) => {
    void answer(request).then(([status, body]) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    );
  });
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve));
  // It listens on TCP.
  const { port } = opened.address() as AddressInfo;
  const users = [{ email: 'citizen@citadel.test', password: 'a secret password', roles: ['citizen'] }];
  writePrivateFile(stackFile, JSON.stringify({ gateway: `https://localhost:${String(port)}`, ca, users }));
  process.env.CITADEL_STACK = stackFile;
});
afterAll(() => {
  delete process.env.CITADEL_STACK;
  server?.close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  [received, stdout, stderr, accepted] = [[], '', '', 'token-1'];
  rmSync(path.join(folder, 'tokens.json'), { force: true });
  jest.spyOn(console, 'log').mockImplementation((line: string) => void (stdout += `${line}\n`));
  jest.spyOn(console, 'error').mockImplementation((line: string) => void (stderr += `${line}\n`));
});
afterEach(() => jest.restoreAllMocks());

describe('npm run call', () => {
  it('logs in as the demo user of the role once, and sends the body with the token', async () => {
    await call(['citizen', 'post', '/v1/treasury/accounts', '{"name":"Household"}']);
    await call(['citizen', 'GET', '/v1/auth/me']);
    expect(received.map(({ route }) => route)).toEqual([
      'POST /v1/auth/login',
      'POST /v1/treasury/accounts',
      'GET /v1/auth/me',
    ]);
    expect(received[1]).toMatchObject({ authorization: 'Bearer token-1', body: '{"name":"Household"}' });
  });

  it('prints the answer, or the one member that is asked for, and neither password nor token', async () => {
    await call(['citizen', 'GET', '/v1/auth/me']);
    expect(JSON.parse(stdout)).toEqual({ id: 'an-id', balance: 7 });
    stdout = '';
    await call(['citizen', 'GET', '/v1/auth/me', '.id']);
    expect(stdout).toBe('an-id\n');
    expect(stdout + stderr).not.toMatch(/secret|token-1/);
  });

  it('shows the refusal of a token that was revoked, and logs in again at the next call', async () => {
    await call(['citizen', 'GET', '/v1/auth/me']);
    accepted = 'token-2';
    stdout = '';
    await call(['citizen', 'GET', '/v1/auth/me', '.code']);
    expect(stdout).toBe('unauthenticated\n');
    await call(['citizen', 'GET', '/v1/auth/me']);
    expect(received.at(-1)?.authorization).toBe('Bearer token-2');
  });

  it('keeps tokens for their owner alone', async () => {
    await call(['citizen', 'GET', '/v1/auth/me']);
    expect(statSync(path.join(folder, 'tokens.json')).mode & 0o777).toBe(0o600);
  });

  it('names the roles that there are when it is asked for another', async () => {
    await expect(call(['king', 'GET', '/v1/auth/me'])).rejects.toThrow(
      'No demo user has the role king; there are citizen',
    );
  });

  it('shows how it is used when something is missing', async () => {
    await expect(call(['citizen', 'GET'])).resolves.toBe(64);
    expect(stderr).toContain('npm run -s call <role> <METHOD> <path>');
  });
});
