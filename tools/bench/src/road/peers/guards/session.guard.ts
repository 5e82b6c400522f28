import { createHash } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import pg from 'pg';

import { settings } from '../settings.js';
import { bearerOf, type GuardedRequest } from './guarded-request.js';

const SESSION = 'SELECT user_id AS "userId" FROM road_sessions WHERE digest = $1 AND expires_at > now()';

/** Looks each token up in PostgreSQL, with a prepared statement on the primary key. */
@Injectable()
export class SessionGuard implements CanActivate {
  private readonly pool = new pg.Pool({ ...settings.database, max: 10, idleTimeoutMillis: 30_000 });

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const token = bearerOf(request);
    if (token === undefined) throw new UnauthorizedException();
    const values = [createHash('sha256').update(token).digest()];
    const { rows } = await this.pool.query<{ userId: string }>({ name: 'session', text: SESSION, values });
    const [session] = rows;
    if (!session) throw new UnauthorizedException();
    request.user = session.userId;
    return true;
  }
}
