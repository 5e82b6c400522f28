import { problem } from '@citadel/contracts';

/** Where a page of users ends: they are listed in the order of their addresses. */
export const cursorAfter = (email: string): string => Buffer.from(email).toString('base64url');

/** @throws Problem `invalid-request` if it is no cursor that we wrote */
export function emailIn(cursor: string): string {
  const email = Buffer.from(cursor, 'base64url').toString('utf8');
  // What is written back differently was not written by us, and PostgreSQL takes no NUL.
  if (cursorAfter(email) === cursor && !email.includes('\0')) return email;
  throw problem('invalid-request', { errors: [{ in: 'query', path: '/cursor', message: 'is not a cursor of ours' }] });
}
