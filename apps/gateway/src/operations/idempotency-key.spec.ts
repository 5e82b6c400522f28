import { auth, treasury } from '@citadel/contracts';

import { idempotencyKeyFrom } from './idempotency-key.js';

const read = (value: string | string[]) => idempotencyKeyFrom(treasury.transfer, { 'idempotency-key': value });

describe('Idempotency-Key', () => {
  it.each([
    ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    [' "a key, with words" ', 'a key, with words'],
    ['x', 'x'],
    [`"${'x'.repeat(255)}"`, 'x'.repeat(255)],
  ])('%s is a key', (value, idempotencyKey) => {
    expect(read(value)).toEqual({ idempotencyKey });
  });

  it.each([
    '',
    '""',
    '"',
    '"open',
    'two words',
    '"a\\"b"',
    '"a", "b"',
    `"${'x'.repeat(256)}"`,
    'x'.repeat(256),
    '"ü"',
    '"line\nbreak"',
    ['a', 'b'],
  ])('%j is refused', async (value) => {
    await expect(async () => read(value)).rejects.toMatchObject({ code: 'invalid-request', status: 400 });
  });

  it('is not looked at where nothing can be sent again', () => {
    expect(idempotencyKeyFrom(auth.createRole, { 'idempotency-key': 'x' })).toEqual({});
    expect(idempotencyKeyFrom(treasury.transfer, {})).toEqual({});
  });
});
