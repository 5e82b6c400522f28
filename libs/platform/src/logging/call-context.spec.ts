import { callFrom, currentCall, newCall, runInCall, traceparentOf } from './call-context.js';

describe('a call', () => {
  it('goes on over NATS under the same ids', () => {
    const call = newCall('0192f5e0-7c3a-7b7b-9a8b-1c2d3e4f5a6b');
    expect(callFrom(traceparentOf(call), call.requestId)).toEqual(call);
  });

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['another version', '01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
    ['capitals', '00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01'],
    ['too little', '00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01'],
    ['more behind it', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x'],
    ['a line break', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\n'],
  ])('begins a new trace when it was given %s', (_, traceparent) => {
    const call = callFrom(traceparent, 'request-1');
    expect(call).toEqual({
      requestId: 'request-1',
      traceId: expect.stringMatching(/^[\da-f]{32}$/),
      spanId: expect.stringMatching(/^[\da-f]{16}$/),
    });
    expect(call.traceId).not.toMatch(/^0af765/);
  });

  it.each([undefined, '', 'x'.repeat(65), 'a b', 'a\nb', '"}'])(
    'has a request id of its own instead of %j',
    (requestId) => {
      expect(callFrom(undefined, requestId).requestId).toMatch(/^[\da-f]{32}$/);
    },
  );

  it('is known to everything that it awaits, and to nothing else', async () => {
    const seen = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return currentCall()?.requestId;
    };
    const both = ['one', 'two'].map((id) => runInCall(newCall(id), seen));
    await expect(Promise.all([...both, seen()])).resolves.toEqual(['one', 'two', undefined]);
  });
});
