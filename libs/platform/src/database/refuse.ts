import type { Problem } from '@citadel/protocol';

/** Prisma's codes that can be the caller's doing: a duplicate, a missing reference, a row that is not there. */
type PrismaCode = 'P2002' | 'P2003' | 'P2025';

/**
 * Turns one known Prisma error into a problem, at the call that caused it; any other goes on as it is.
 *
 * @example return this.prisma.user.create({ data }).catch(refuse('P2002', (cause) => problem('email-taken', { cause })));
 */
export function refuse(prismaCode: PrismaCode, toProblem: (cause: Error) => Problem) {
  return (error: unknown): never => {
    if (error instanceof Error && 'code' in error && error.code === prismaCode) {
      throw toProblem(error);
    }
    throw error;
  };
}
