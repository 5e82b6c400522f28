import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';

import { carrierOf } from './carrier.js';
import { testPrincipal } from './testing/index.js';

function contextOf(type: string, ...values: unknown[]) {
  const context = new ExecutionContextHost(values);
  context.setType(type);
  return context;
}
const http = (headers: object) => contextOf('http', { headers });
/** The headers of a NATS message, which may carry one name many times. */
const natsHeaders = (...authorization: string[]) => ({
  values: (name: string) => (name === 'authorization' ? authorization : []),
});
const rpc = (payload: unknown, headers?: unknown) => contextOf('rpc', payload, { getHeaders: () => headers });
const ws = (client: object) => contextOf('ws', client, {});

describe('the credential of a call', () => {
  it.each([
    ['the header of an HTTP request', http({ authorization: 'Bearer abc' })],
    ['the header whatever its case', http({ authorization: 'bearer abc' })],
    ['the header with more spaces', http({ authorization: 'Bearer   abc' })],
    ['the header of a NATS message', rpc({}, natsHeaders('Bearer abc'))],
    ['the handshake of Socket.IO', ws({ handshake: { auth: { token: 'abc' }, headers: {} } })],
    ['the handshake’s header', ws({ handshake: { headers: { authorization: 'Bearer abc' } } })],
  ])('is taken from %s', (_, context) => {
    expect(carrierOf(context).token).toBe('abc');
  });

  it.each([
    ['no header', http({})],
    ['an empty header', http({ authorization: '' })],
    ['another scheme', http({ authorization: 'Basic abc' })],
    ['a scheme alone', http({ authorization: 'Bearer' })],
    ['a token alone', http({ authorization: 'abc' })],
    ['two tokens in one header', http({ authorization: 'Bearer abc, Bearer def' })],
    ['two words', http({ authorization: 'Bearer abc def' })],
    [
      'two headers, of which Node shows the first',
      contextOf('http', {
        headers: { authorization: 'Bearer abc' },
        headersDistinct: { authorization: ['Bearer abc', 'Bearer def'] },
      }),
    ],
    ['two headers', http({ authorization: ['Bearer abc', 'Bearer abc'] })],
    ['a token in the query', contextOf('http', { headers: {}, query: { access_token: 'abc' } })],
    ['a token in the body', contextOf('http', { headers: {}, body: { access_token: 'abc' } })],
    ['a message without headers', rpc({}, undefined)],
    ['a message of a transport that has none', contextOf('rpc', {}, { getPattern: () => 'x' })],
    ['a message with two credentials', rpc({}, natsHeaders('Bearer abc', 'Bearer def'))],
    ['a message with the same credential twice', rpc({}, natsHeaders('Bearer abc', 'Bearer abc'))],
    [
      'credentials in the payload',
      rpc({ headers: { authorization: 'Bearer abc' }, authorization: 'Bearer abc', token: 'abc' }),
    ],
    ['a payload that looks like a context', rpc({ getHeaders: () => natsHeaders('Bearer abc') })],
    ['a handshake token that is not a string', ws({ handshake: { auth: { token: ['abc'] }, headers: {} } })],
    ['a socket that shows nothing', ws({})],
    ['a transport that nobody knows', contextOf('graphql', { headers: { authorization: 'Bearer abc' } })],
  ])('is not found in %s', (_, context) => {
    expect(carrierOf(context).token).toBeUndefined();
  });
});

describe('the principal of a call', () => {
  const smuggled = {
    user: { id: 'eve', roles: ['sovereign'], permissions: ['*'] },
    authInfo: {},
    session: {},
    headers: {},
  };

  it.each([
    ['an HTTP request', contextOf('http', { ...smuggled })],
    ['a NATS payload', rpc(smuggled, natsHeaders())],
    ['a socket', ws({ ...smuggled })],
    ['an unknown transport', contextOf('graphql', smuggled)],
  ])('is never what %s brings along', (_, context) => {
    expect(carrierOf(context).user).toBeUndefined();
  });

  it('stays with its call, and does not reach another', () => {
    const payload = { shared: true };
    const one = rpc(payload, natsHeaders('Bearer abc'));
    const other = rpc(payload, natsHeaders('Bearer abc'));
    carrierOf(one).user = testPrincipal();
    expect(carrierOf(one).user).toBeDefined();
    expect(carrierOf(other).user).toBeUndefined();
    expect(payload).toEqual({ shared: true });
  });

  it('is cleared on an unknown transport', () => {
    const context = contextOf('graphql', {});
    carrierOf(context).user = testPrincipal();
    expect(carrierOf(context).user).toBeUndefined();
  });
});
