import type { LocalIssuer } from '@citadel/auth/testing';
import { OPERATIONS } from '@citadel/contracts';
import type { Operation } from '@citadel/protocol';
import type { NatsConnection } from '@nats-io/transport-node';

import { http, tokenOf } from './stack/http.js';
import { natsAs, request } from './stack/nats.js';
import { realIssuer } from './stack/real-issuer.js';

const fieldsOf = ({ message }: Operation) => Object.keys(message.shape);
const named = (operations: readonly Operation[]) => operations.map((operation) => [operation.id, operation] as const);

// What has no field does not read its message; the gateway is not there to take nonsense away.
describe('past the gateway, nonsense for', () => {
  let bus: NatsConnection;
  let issuer: LocalIssuer;
  beforeAll(async () => {
    [bus, issuer] = await Promise.all([natsAs('gateway'), realIssuer()]);
  });
  afterAll(() => bus?.close());

  const valuesFor = (fields: number): readonly unknown[] => [
    null,
    true,
    -1,
    1e308,
    2 ** 53,
    '',
    ' ',
    'a\u0000b',
    '\ud800',
    // As long as a message lets all of its fields be.
    'x'.repeat(Math.min(300_000, Math.floor(900_000 / fields))),
    "' OR 1=1; --",
    '../../etc/passwd',
    '00000000-0000-0000-0000-00000000000g',
    [],
    [[[]]],
    { $ne: null },
    { toString: 'x' },
  ];
  const payloadsOf = (operation: Operation): readonly unknown[] => {
    const fields = fieldsOf(operation);
    const every = valuesFor(fields.length).map((value) => Object.fromEntries(fields.map((field) => [field, value])));
    const payloads = [null, [], 'text', 7, { unheardOf: 1 }, ...every];
    // Any line is a reason, and what is not refused here would end the sessions of the stories that run beside this one.
    if (operation.id !== 'auth.revokeAllTokens') return payloads;
    return payloads.filter((payload) => !operation.message.safeParse(payload).success);
  };

  it.each(named(OPERATIONS.filter((operation) => fieldsOf(operation).length > 0)))(
    '%s is refused as such, and nothing breaks',
    async (_, operation) => {
      // Somebody who may do everything, and whom the databases have never heard of.
      const token = issuer.tokenFor(operation.service, { permissions: ['*'], clearance: 'sealed' });
      const answers = await Promise.all(
        payloadsOf(operation).map(async (payload) => {
          const { err } = await request(bus, operation.subject, payload, operation.public ? undefined : token);
          return { payload: JSON.stringify(payload).slice(0, 80), status: Number(err?.status ?? 200), code: err?.code };
        }),
      );
      expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
      expect(answers.filter(({ status }) => status === 400).length).toBeGreaterThan(0);
    },
  );

  it.each(named(OPERATIONS.filter(({ public: isPublic, method }) => !isPublic && method === 'GET')))(
    '%s knows no user of that token, and says so in order',
    async (_, operation) => {
      const token = issuer.tokenFor(operation.service, { permissions: ['*'] });
      const id = '00000000-0000-4000-8000-000000000000';
      const data = 'params' in operation ? { id } : {};
      const { err } = await request(bus, operation.subject, data, token);
      expect(Number(err?.status ?? 200)).toBeLessThan(500);
    },
  );
});

describe('in a query, nonsense for', () => {
  const values = [
    '',
    '%00',
    '-1',
    '1e999',
    '%F0%9F%92%A9',
    '%ED%A0%80',
    'x'.repeat(3_000),
    '[object%20Object]',
    '%27%20OR%201=1',
  ];
  const withQuery = OPERATIONS.filter(({ query }) => query !== undefined);

  it.each(
    withQuery.flatMap((operation) =>
      Object.keys(operation.query ?? {}).map((field) => [operation.id, field, operation] as const),
    ),
  )('%s?%s is refused as such, or harmless', async (_, field, operation) => {
    const token = await tokenOf('sovereign');
    for (const value of [...values, `1&${field}=2`]) {
      const { status, body } = await http(operation.method, `${operation.path}?${field}=${value}`, { token });
      // A query that matches the contract may still be one that the operation refuses, by a code that it names.
      const own = status === 422 ? operation.problems?.find((code) => code === body.code) : undefined;
      expect([value.slice(0, 40), status, status === 200 ? undefined : body.code]).toEqual(
        status === 200
          ? [value.slice(0, 40), 200, undefined]
          : [value.slice(0, 40), own ? 422 : 400, own ?? 'invalid-request'],
      );
    }
  });
});
