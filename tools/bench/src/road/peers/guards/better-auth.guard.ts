import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import pg from 'pg';

import { settings } from '../settings.js';
import type { GuardedRequest } from './guarded-request.js';

/** What is called of better-auth, which is installed later than this is compiled. */
interface BetterAuth {
  readonly api: {
    getSession(question: { readonly headers: Headers }): Promise<{ readonly user: { readonly id: string } } | null>;
    signUpEmail(question: {
      readonly body: { readonly name: string; readonly email: string; readonly password: string };
      readonly asResponse: true;
    }): Promise<Response>;
  };
}

const load = async (name: string): Promise<unknown> => import(name);
const { betterAuth } = (await load('better-auth')) as {
  readonly betterAuth: (options: object) => BetterAuth;
};
const { fromNodeHeaders } = (await load('better-auth/node')) as {
  readonly fromNodeHeaders: (headers: IncomingHttpHeaders) => Headers;
};
const { getMigrations } = (await load('better-auth/db/migration')) as {
  readonly getMigrations: (options: object) => Promise<{ runMigrations(): Promise<void> }>;
};

/** As its documentation begins, with the defaults; the user has the id that the accounts belong to. */
const options = {
  baseURL: 'https://localhost',
  secret: settings.secret,
  database: new pg.Pool({ ...settings.ownerDatabase, max: 10, idleTimeoutMillis: 30_000 }),
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  advanced: {
    database: { generateId: ({ model }: { model: string }) => (model === 'user' ? settings.owner : randomUUID()) },
  },
};
const auth = betterAuth(options);

/** Makes the tables and a user. @returns the user's cookie */
export async function signUp(): Promise<string> {
  await (await getMigrations(options)).runMigrations();
  const body = { name: 'Bench', email: 'bench@citadel.example', password: randomUUID() };
  const response = await auth.api.signUpEmail({ body, asResponse: true });
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
  if (!response.ok || cookies.length === 0) throw new Error(`better-auth gives no cookie: ${await response.text()}`);
  return cookies.join('; ');
}

/** Asks better-auth for the session of each request's cookie. */
@Injectable()
export class BetterAuthGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const session = await auth.api.getSession({ headers: fromNodeHeaders(request.headers) });
    if (!session) throw new UnauthorizedException();
    request.user = session.user.id;
    return true;
  }
}
