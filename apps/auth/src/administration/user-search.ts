import type { Prisma } from '../generated/prisma/client.js';
import { emailIn } from './email-cursor.js';

interface Search {
  readonly cursor?: string | undefined;
  readonly search?: string | undefined;
}

/** Users behind a cursor whose address holds a text. */
export function matching({ cursor, search }: Search): Prisma.UserWhereInput {
  const after = cursor === undefined ? {} : { gt: emailIn(cursor) };
  const part = search === undefined ? {} : { contains: literally(search.toLowerCase()) };
  return { email: { ...after, ...part } };
}

/** Prisma hands the text to LIKE as it is, where these letters have a meaning. */
const literally = (text: string) => text.replace(/[\\%_]/g, '\\$&');
