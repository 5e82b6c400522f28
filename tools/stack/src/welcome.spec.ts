import { execFileSync } from 'node:child_process';

import { curlLines, welcome } from './welcome.js';

const citizen = { email: 'citizen@citadel.test', password: "it's$(odd)", roles: ['citizen'] };

/** What a shell makes of a line, one argument a row. */
function argumentsOf(line: string, command: string): string[] {
  const script = `${command}() { for argument in "$@"; do printf '%s\\n' "$argument"; done; }\n${line}`;
  return execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8', env: { TOKEN: 'abc' } }).split('\n');
}

it('quotes folders and passwords so that the lines can be pasted whatever is in them', () => {
  const [logIn = '', open = ''] = curlLines('https://localhost:1', "/my folder's/ca.pem", citizen);
  const credentials = argumentsOf(logIn.replace(/^TOKEN=\$\(/, '').replace(/ \| node .*$/, ''), 'curl');
  expect(credentials).toContain("/my folder's/ca.pem");
  expect(JSON.parse(credentials.find((argument) => argument.startsWith('{')) ?? '')).toEqual({
    email: citizen.email,
    password: citizen.password,
  });
  expect(argumentsOf(open, 'curl')).toEqual(
    expect.arrayContaining(['authorization: Bearer abc', '{"name":"Household","currency":"EUR"}']),
  );
});

it('takes the token out of the answer without a tool that may be missing', () => {
  const [logIn = ''] = curlLines('https://localhost:1', '/ca.pem', citizen);
  const extract = / \| (node .*)\)$/.exec(logIn)?.[1] ?? '';
  const token = execFileSync('/bin/sh', ['-c', extract], { input: '{"access_token":"a.b.c"}', encoding: 'utf8' });
  expect(token).toBe('a.b.c\n');
});

it('says where everything is and who may log in', () => {
  const text = welcome({ gateway: 'https://localhost:1', ca: '/ca.pem', users: [citizen] });
  for (const part of ['https://localhost:1', '/ca.pem', citizen.email, citizen.password]) expect(text).toContain(part);
});
