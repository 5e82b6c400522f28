import { localIssuer } from '../testing/index.js';
import { readTokenHeader, TokenRefusal } from './token-text.js';

const issuer = localIssuer();
const good = issuer.tokenFor('orders');
const [header = '', payload = '', signature = ''] = good.split('.');
const part = (text: string | Buffer) => Buffer.from(text).toString('base64url');
const withHeader = (members: object) =>
  [part(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: 'k', ...members })), payload, signature].join('.');

describe('the text of a token', () => {
  it.each(['at+jwt', 'AT+JWT', 'application/at+jwt'])('names algorithm and key when it is of type %s', (typ) => {
    expect(readTokenHeader(withHeader({ typ }))).toMatchObject({ alg: 'ES256', kid: 'k' });
  });

  it.each<[fault: string, token: string, message: string]>([
    ['nothing', '', 'not three parts'],
    ['two parts', `${header}.${payload}`, 'not three parts'],
    ['four parts', `${good}.${signature}`, 'not three parts'],
    ['five parts', `${good}.${signature}.${signature}`, 'not three parts'],
    ['an empty header', `.${payload}.${signature}`, 'not three parts'],
    ['an empty payload', `${header}..${signature}`, 'not three parts'],
    ['an empty signature', `${header}.${payload}.`, 'not three parts'],
    [
      '4097 characters',
      `${header}.${payload}.${'A'.repeat(4095 - header.length - payload.length)}`,
      'longer than any access token',
    ],
    ['padding behind the header', `${header}=.${payload}.${signature}`, 'not canonical base64url'],
    ['padding behind the payload', `${header}.${payload}=.${signature}`, 'not canonical base64url'],
    ['padding behind the signature', `${good}==`, 'not canonical base64url'],
    ['base64 with +', `${header}.${payload}.+${signature.slice(1)}`, 'not canonical base64url'],
    ['base64 with /', `${header}.${payload}./${signature.slice(1)}`, 'not canonical base64url'],
    ['stray bits', `${header}.${payload}.${signature.slice(0, -1)}B`, 'not canonical base64url'],
    [
      'white space in it',
      `${header}.${payload}.${signature.slice(0, 9)} ${signature.slice(9)}`,
      'not canonical base64url',
    ],
    ['a line break behind it', `${good}\n`, 'not canonical base64url'],
    ['letters that are not ASCII', `${header}.${payload}.é${signature}`, 'not canonical base64url'],
    ['a header that is no JSON', `${part('x')}.${payload}.${signature}`, 'not a plain JSON object'],
    ['a header that is a list', `${part('["ES256"]')}.${payload}.${signature}`, 'not a plain JSON object'],
    ['a payload that is text', `${header}.${part('"sub"')}.${signature}`, 'not a plain JSON object'],
    [
      'a payload that is no UTF-8',
      `${header}.${part(Buffer.from('{"sub":"\xff"}', 'latin1'))}.${signature}`,
      'not a plain JSON object',
    ],
    [
      'alg twice',
      `${part('{"alg":"none","alg":"ES256","typ":"at+jwt","kid":"k"}')}.${payload}.${signature}`,
      'not a plain JSON object',
    ],
    ['sub twice', `${header}.${part('{"sub":"a","\\u0073ub":"b"}')}.${signature}`, 'not a plain JSON object'],
    [
      'a payload as deep as the sea',
      `${header}.${part(`{"a":${'['.repeat(900)}${']'.repeat(900)}}`)}.${signature}`,
      'not a plain JSON object',
    ],
    ['no algorithm', withHeader({ alg: undefined }), 'alg or kid is not a string'],
    ['no key id', withHeader({ kid: undefined }), 'alg or kid is not a string'],
    ['a key id that is a number', withHeader({ kid: 7 }), 'alg or kid is not a string'],
    ['an algorithm that is a list', withHeader({ alg: ['ES256'] }), 'alg or kid is not a string'],
    ...['JWT', 'jwt', 'dpop+jwt', 'logout+jwt', 'at+jwt ', 'at', '', null, 1].map(
      (typ) => [`type ${JSON.stringify(typ)}`, withHeader({ typ }), 'typ is not at+jwt'] as [string, string, string],
    ),
    ['no type', withHeader({ typ: undefined }), 'typ is not at+jwt'],
    ...[
      { crit: ['exp'] },
      { jku: 'https://thief.test' },
      { x5u: 'https://thief.test' },
      { x5c: ['MII'] },
      { jwk: issuer.jwk },
      { zip: 'DEF' },
      { b64: false },
      { cty: 'JWT' },
      { enc: 'A128GCM' },
      { __proto__x: 1 },
    ].map(
      (member) =>
        [
          `${Object.keys(member).join()} in its header`,
          withHeader(member),
          'a header member that is not understood',
        ] as [string, string, string],
    ),
  ])('is refused with %s', (_, token, message) => {
    expect(() => readTokenHeader(token)).toThrow(TokenRefusal);
    expect(() => readTokenHeader(token)).toThrow(message);
  });
});
