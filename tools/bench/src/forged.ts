/** What somebody makes of a credential who has no key: other claims under the same signature, or another random string. */
export function forged(credential: string): string {
  const [, header = '', payload = '', signature = ''] = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(credential) ?? [];
  if (signature === '') return otherIn(credential);
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const other = Buffer.from(JSON.stringify({ ...claims, permissions: ['*'] })).toString('base64url');
  return [header, other, signature].join('.');
}

/** Another letter or digit at the first place after a name and `=`, if it is a cookie. */
function otherIn(text: string): string {
  const at = text.indexOf('=') + 1;
  return `${text.slice(0, at)}${text[at] === 'a' ? 'b' : 'a'}${text.slice(at + 1)}`;
}
