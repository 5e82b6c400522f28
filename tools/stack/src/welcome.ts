import type { StackDescription } from './stack-file.js';

/** What `npm start` says when all is ready: where it is, who may log in, and three lines to paste. */
export function welcome({ gateway, ca, users }: Pick<StackDescription, 'gateway' | 'ca' | 'users'>): string {
  const width = Math.max(...users.map(({ email }) => email.length));
  const citizen = users.find(({ roles }) => roles.includes('citizen'));
  if (!citizen) throw new Error('There is no demo user with the role citizen, whom the lines to paste are for');
  return `
Citadel stands.

  URL         ${gateway}   (API page: ${gateway}/docs)
  CA          ${ca}
  Demo users  each with the role of its name
${users.map(({ email, password }) => `    ${email.padEnd(width)}  ${password}`).join('\n')}

Try it: log in, open an account, list accounts.

${curlLines(gateway, ca, citizen).join('\n')}

Ctrl-C stops everything.  npm run stack -- status | logs [service] | stop | reset
`;
}

/** Lines for a POSIX shell; they need curl and node, nothing else. */
export function curlLines(gateway: string, ca: string, user: { email: string; password: string }): string[] {
  const curl = `curl -sS --cacert ${quoted(ca)}`;
  const json = `-H 'content-type: application/json'`;
  const bearer = '-H "authorization: Bearer $TOKEN"';
  const credentials = quoted(JSON.stringify({ email: user.email, password: user.password }));
  const accessToken = `node -pe 'JSON.parse(require("node:fs").readFileSync(0)).access_token'`;
  const accounts = `${gateway}/v1/treasury/accounts`;
  return [
    `TOKEN=$(${curl} ${gateway}/v1/auth/login ${json} -d ${credentials} | ${accessToken})`,
    `${curl} ${accounts} ${bearer} ${json} -d '{"name":"Household","currency":"EUR"}' -w '\\n'`,
    `${curl} ${accounts} ${bearer} -w '\\n'`,
  ];
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
