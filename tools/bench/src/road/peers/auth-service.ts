import 'reflect-metadata';

import { createHash } from 'node:crypto';
import { Controller, Module } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';

import { runMicroservice } from './microservice.js';
import { settings } from './settings.js';

const digestOf = (token: string) => createHash('sha256').update(token).digest('base64');

/** By the digest of the token. In memory, which is the least that an answer can cost. */
const grants = new Map([
  [
    digestOf(settings.opaqueToken),
    { sub: settings.owner, scope: 'treasury:accounts:read', exp: Date.now() / 1000 + 3600 },
  ],
]);

/** Says of any token whether it is good and whose it is, in the words of RFC 7662 §2.2. */
@Controller()
class IntrospectionController {
  // doctor-allow unguarded-handler: it is measured as the service behind a gateway that asks it
  @MessagePattern('auth.introspect')
  introspect(@Payload() { token }: { readonly token: string }) {
    const grant = grants.get(digestOf(token));
    if (!grant || grant.exp < Date.now() / 1000) return { active: false };
    return { active: true, client_id: 'bench', token_type: 'Bearer', ...grant };
  }
}

@Module({ controllers: [IntrospectionController] })
class AuthModule {}

await runMicroservice(AuthModule, 'auth');
