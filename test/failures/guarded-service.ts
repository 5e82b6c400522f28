import {
  AuthModule,
  type OneIssuer,
  Authenticated,
  type Revocation,
  type RevocationSource,
  Public,
} from '@citadel/auth';
import { type LocalIssuer, localIssuer } from '@citadel/auth/testing';
import { Controller, Get, Logger, Module } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';

import type { Asked, Tokens } from './table.js';

// What is refused and what fails here does so on purpose.
Logger.overrideLogger(false);

@Controller()
class StallController {
  @Get('mine')
  @Authenticated()
  mine() {
    return [];
  }
  @Get('open')
  @Public()
  open() {
    return [];
  }
}

export interface GuardedService {
  ask(token: string): Promise<Asked>;
  /** What a route answers that anyone may call. */
  public(): Promise<Asked>;
  close(): Promise<void>;
}

/** A service of nobody's, behind the guards of all. */
export async function guardedService(options: Pick<OneIssuer, 'keys'> & Partial<OneIssuer>): Promise<GuardedService> {
  @Module({
    imports: [AuthModule.forRoot({ issuer: issuer.issuer, audience: 'stall', ...options })],
    controllers: [StallController],
  })
  class StallModule {}
  const module = await Test.createTestingModule({ imports: [StallModule] }).compile();
  const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
  await app.init();
  const get = async (url: string, headers = {}): Promise<Asked> => {
    const answer = await app.inject({ method: 'GET', url, headers });
    if (answer.statusCode < 300) return { status: answer.statusCode };
    return { status: answer.statusCode, code: answer.json<{ code: unknown }>().code };
  };
  return {
    ask: (token) => get('/mine', { authorization: `Bearer ${token}` }),
    public: () => get('/open'),
    close: () => app.close(),
  };
}

export const issuer = localIssuer();
const REVOKED = 'a session that was ended';

/** @param by - who signs the good token that nobody has seen; the issuer if not given */
export function tokensAt(seconds = Math.floor(Date.now() / 1000), by: LocalIssuer = issuer): Tokens {
  const lives = { iat: seconds, exp: seconds + 300, gen: [1, 1] };
  return {
    good: issuer.tokenFor('stall', lives),
    unseen: by.tokenFor('stall', lives),
    revoked: issuer.tokenFor('stall', { ...lives, sub: REVOKED, sid: REVOKED }),
    expired: issuer.tokenFor('stall', { ...lives, iat: seconds - 600, exp: seconds - 300 }),
    forged: localIssuer({ issuer: issuer.issuer }).tokenFor('stall', lives, { kid: issuer.kid }),
  };
}

/** A feed that holds the revocation of {@link tokensAt}, and what a test adds. */
export function feed(
  progress: RevocationSource['progress'] = () => Promise.resolve('caught-up'),
  more: readonly Revocation[] = [{ kind: 'session', id: REVOKED }],
): RevocationSource {
  return {
    follow(onRevocation) {
      more.forEach(onRevocation);
      return Promise.resolve();
    },
    progress,
  };
}

/** Says first that the one token is revoked by its subject's count, then that a lower count will do after all. */
export const contradictions: readonly Revocation[] = [
  { kind: 'subject', id: REVOKED, generation: 5 },
  { kind: 'subject', id: REVOKED, generation: 1 },
  { kind: 'everybody', generation: 0 },
];
