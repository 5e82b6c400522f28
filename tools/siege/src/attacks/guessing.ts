import { randomUUID } from 'node:crypto';

import { type Answer, isSuccess } from '../answer.js';
import type { Attack, Family, Try } from '../attack.js';

/** Fewer than are free, so that what is seen after the owner's login comes from that login. */
const GUESSES = 7;

const sayOf = ({ status, code }: Answer) => `${String(status)} ${code}`;

const reset: Attack = {
  title: 'Guesses that keep an owner out, or that show by their limits who is an owner',
  why: 'a limit that spares owners, or that their login resets, is an oracle; one that does not, locks them out',
  holds: 'limits that depend on nothing that is stored about an account, and a count of its own for a known device',
  async run({ http, recruit }) {
    const { email, password } = await recruit();
    const logIn = (body: object) => http('POST', '/v1/auth/login', { body: { email, password, ...body } });
    const names = { 'a registered name': email, 'a made-up name': `siege-${randomUUID()}@citadel.test` };
    const guess = async (name: string) => logIn({ email: name, password: 'not the password' });
    const { device_token: device } = (await logIn({})).body as { device_token?: string };

    for (const name of Object.values(names)) for (let i = 0; i < GUESSES; i++) await guess(name);
    await logIn({ device_token: device });
    const tries: Try[] = [];
    for (const [at, name] of Object.entries(names)) {
      const answers: string[] = [];
      for (let i = 0; i < GUESSES; i++) answers.push(sayOf(await guess(name)));
      const held = answers.includes('429 too-many-requests') && answers.every((answer) => /^(401|429) /.test(answer));
      tries.push({ at, answer: answers.at(-1) ?? '', held });
    }
    const own = await logIn({ device_token: device });
    return [...tries, { at: 'the owner, on their own device', answer: sayOf(own), held: isSuccess(own) }];
  },
};

export const guessing: Family = {
  name: 'guessing',
  title: 'guesses at passwords that are about something else',
  attacks: [reset],
};
