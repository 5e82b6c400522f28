import { cursorAfter, emailIn } from './email-cursor.js';

describe('a cursor over e-mail addresses', () => {
  it.each(['a@citadel.test', 'zoë@citadel.test', 'a+b_c%d@citadel.test'])('comes back as %s', (email) => {
    expect(emailIn(cursorAfter(email))).toBe(email);
  });

  it.each([
    ['padding', 'YUBi='],
    ['stray bits', 'YUBiY5'],
    ['other letters', 'YU/i'],
    ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe]).toString('base64url')],
    ['NUL', Buffer.from('a\0b').toString('base64url')],
  ])('is refused with %s', async (_, cursor) => {
    await expect(async () => emailIn(cursor)).rejects.toMatchObject({ code: 'invalid-request' });
  });
});
