import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';

import { settings } from './settings.js';

interface Claims {
  readonly sub: string;
  readonly roles: readonly string[];
}

/** As tutorials have it: HS256 with one secret that gateway and services share. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor() {
    // doctor-allow unpinned-algorithms: measured as tutorials have it
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      ignoreExpiration: false,
      secretOrKey: settings.secret,
    });
  }

  validate({ sub, roles }: Claims) {
    return { id: sub, roles };
  }
}
