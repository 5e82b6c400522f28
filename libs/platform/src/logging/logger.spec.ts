import { problem } from '@citadel/protocol';

import { newCall, runInCall } from './call-context.js';
import { JsonLogger } from './logger.js';

/** An object with a class of its own, as drivers and frameworks hand them out. */
class Connection {
  readonly host = 'localhost';
}

function logged(write: (logger: JsonLogger) => void, level = 'info'): Record<string, unknown>[] {
  const lines: string[] = [];
  write(new JsonLogger('treasury', level, { write: (line) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a log line', () => {
  it('is JSON with level, time, service, context and text', () => {
    expect(logged((logger) => logger.log('Ready', 'Process'))).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        service: 'treasury',
        context: 'Process',
        msg: 'Ready',
      },
    ]);
  });

  it('names the call in which it was written', () => {
    const call = newCall('request-1', '192.0.2.1');
    const [line] = logged((logger) => runInCall(call, () => logger.warn('Slow', 'X')));
    const { requestId, traceId, spanId } = call;
    expect(line).toMatchObject({ requestId, traceId, spanId, level: 'warn' });
    expect(line).not.toHaveProperty('address');
  });

  it('has members, when an object is logged', () => {
    const [line] = logged((logger) => logger.log({ message: 'Refused', code: 'unauthenticated' }, 'Refusal'));
    expect(line).toMatchObject({ msg: 'Refused', code: 'unauthenticated', context: 'Refusal' });
  });

  it('tells an error with all its causes, and nothing else that hangs on it', () => {
    const query = Object.assign(new Error('duplicate key'), { parameters: ['hunter2'], code: '23505' });
    const thrown = problem('internal', { cause: new Error('cannot open the account', { cause: query }) });
    const [line] = logged((logger) => logger.error(thrown, 'Failure'));
    expect(line).toMatchObject({
      level: 'error',
      msg: 'Internal server error',
      error: {
        name: 'Problem',
        stack: expect.stringContaining('logger.spec'),
        cause: { message: 'cannot open the account', cause: { message: 'duplicate key' } },
      },
    });
    expect(JSON.stringify(line)).not.toContain('hunter2');
  });

  it('ends with an error that is its own cause', () => {
    const error: Error & { cause?: unknown } = new Error('round and round');
    error.cause = error;
    expect(logged((logger) => logger.error(error, 'X'))).toHaveLength(1);
  });

  it('logs a thrown value that is not an Error', () => {
    expect(logged((logger) => logger.error(undefined, 'X'))).toMatchObject([{ msg: '', context: 'X' }]);
    expect(logged((logger) => logger.error('text', 'a stack\n    at x', 'X'))).toMatchObject([
      { msg: 'text', stack: 'a stack\n    at x' },
    ]);
  });

  it('holds no credential, even when one is logged by mistake', () => {
    const secrets = {
      authorization: 'Bearer hunter2',
      cookie: 'a=hunter2',
      'set-cookie': ['a=hunter2'],
      token: 'hunter2',
      access_token: 'hunter2',
      refresh_token: 'hunter2',
      password: 'hunter2',
      currentPassword: 'hunter2',
      newPassword: 'hunter2',
    };
    const lines = logged((logger) => {
      logger.log({ message: 'Request', ...secrets }, 'X');
      logger.log({ message: 'Request', headers: secrets, body: secrets }, 'X');
      logger.log({ message: 'Request', call: { headers: { ...secrets, Authorization: 'Bearer hunter2' } } }, 'X');
      logger.log({ message: 'Request', body: Object.assign(Object.create(null), secrets) as object }, 'X');
      logger.log({ message: 'Request', headers: Object.assign(new Connection(), secrets), list: [secrets] }, 'X');
    });
    expect(lines).toHaveLength(5);
    expect(lines[1]).toMatchObject({ headers: { authorization: '[Redacted]' } });
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it('shows dates, URLs and lists as JSON does', () => {
    const [line] = logged((logger) =>
      logger.log({ message: 'X', at: new Date(0), url: new URL('https://a.example/'), list: [1, { a: null }] }, 'X'),
    );
    expect(line).toMatchObject({ at: '1970-01-01T00:00:00.000Z', url: 'https://a.example/', list: [1, { a: null }] });
  });

  it('is one line, whatever is in it', () => {
    const text = 'first\n{"level":"error","msg":"forged"}\u2028second';
    expect(logged((logger) => logger.log(text, 'X'))).toMatchObject([{ msg: text }]);
  });

  it('is written only if its level asks for it', () => {
    const all = (logger: JsonLogger) => {
      logger.verbose('v', 'X');
      logger.debug('d', 'X');
      logger.log('l', 'X');
      logger.warn('w', 'X');
      logger.error('e', 'X');
      logger.fatal('f', 'X');
    };
    expect(logged(all, 'trace').map(({ level }) => level)).toEqual([
      'trace',
      'debug',
      'info',
      'warn',
      'error',
      'fatal',
    ]);
    expect(logged(all, 'error').map(({ level }) => level)).toEqual(['error', 'fatal']);
  });
});
