import { type AuthForTest, authForTest, client } from '../testing/auth.js';
import { SessionsService } from './sessions.service.js';

let auth: AuthForTest;
let sessions: SessionsService;
beforeAll(async () => {
  auth = await authForTest();
  sessions = auth.get(SessionsService);
}, 60_000);
afterAll(() => auth.close());

it('works', async () => {
  const { email } = await auth.user();
  const login = await auth.logIn(email);
  const next = await sessions.refresh(login.refresh_token, client);
  expect(next.refresh_token).not.toBe(login.refresh_token);
});
