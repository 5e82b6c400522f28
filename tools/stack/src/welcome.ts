import type { StackDescription } from './stack-file.js';

/**
 * What `npm start` says when all is ready: where it is, who may log in, and lines to paste. A password in a terminal stays
 * in its history and in every log of it, so none is printed here.
 */
export function welcome({ gateway, ca, users }: Pick<StackDescription, 'gateway' | 'ca' | 'users'>): string {
  const roles = users.flatMap((user) => user.roles);
  return `
Citadel is up.

  URL         ${gateway}   (API page: ${gateway}/docs)
  CA          ${ca}
  Demo users  <role>@citadel.test, one for each role: ${roles.join(', ')}
  Passwords   npm run -s stack password <role>   (all of them: .citadel/stack.json)

Try it from another terminal: open an account, list accounts, be refused.

npm run -s call citizen POST /v1/treasury/accounts '{"name":"Household","currency":"EUR"}'
npm run -s call citizen GET /v1/treasury/accounts
npm run -s call scribe GET /v1/treasury/accounts

Ctrl-C stops everything.  npm run stack -- status | logs [service] | stop | reset
`;
}
