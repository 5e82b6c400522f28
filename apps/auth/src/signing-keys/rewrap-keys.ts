import type { PrismaClient } from '../generated/prisma/client.js';
import { nameOf, seal, unseal } from './sealed-key.js';

export interface Rewrapping {
  /** How many keys were sealed again. */
  readonly sealed: number;
  /** How many are sealed with neither of the two keys. */
  readonly others: number;
}

/** Seals every signing key again that is sealed with `before`. One that somebody else has sealed meanwhile is left alone. */
export async function rewrapKeys(prisma: PrismaClient, before: Buffer, after: Buffer): Promise<Rewrapping> {
  const keys = await prisma.signingKey.findMany({ where: { sealedWith: nameOf(before) } });
  for (const { kid, sealedKey } of keys) {
    const data = { sealedKey: seal(unseal(sealedKey, before, kid), after, kid), sealedWith: nameOf(after) };
    await prisma.signingKey.updateMany({ where: { kid, sealedWith: nameOf(before) }, data });
  }
  const others = await prisma.signingKey.count({ where: { sealedWith: { not: nameOf(after) } } });
  return { sealed: keys.length, others };
}
