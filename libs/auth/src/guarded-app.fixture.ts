import { Body, Controller, Get, Logger, Module, Post } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';

import { AuthModule, Authenticated, CurrentUser, type Principal, Public, RequirePermissions, Roles } from './index.js';
import type { KeySource, OneIssuer, Revocation, RevocationSource } from './index.js';
import { localIssuer } from './testing/index.js';

// What is refused here is refused on purpose.
Logger.overrideLogger(false);

@Controller()
class StallController {
  @Get('open')
  @Public()
  open() {
    return { open: true };
  }
  @Get('public-user')
  @Public()
  publicUser(@CurrentUser() user: Principal) {
    return { id: user.id };
  }
  @Get('me')
  @Authenticated()
  me(@CurrentUser() { id, roles, permissions }: Principal) {
    return { id, roles, permissions };
  }
  @Post('draw')
  @RequirePermissions('treasury:vault:draw')
  draw(@Body() body: unknown) {
    return { drawn: body };
  }
}

@Controller('counter')
@Roles('teller', 'treasurer')
class CounterController {
  @Get()
  list() {
    return [];
  }
  @Get('vault')
  @RequirePermissions('treasury:vault:draw')
  vault() {
    return [];
  }
}

/** Keys that a test can change while the application runs. */
export class Keys implements KeySource {
  publish: (set: unknown) => void = () => undefined;
  constructor(public set: object) {}
  load = () => Promise.resolve(this.set);
  follow = (onChange: (set: unknown) => void) => Promise.resolve(void (this.publish = onChange));
}

export class Revocations implements RevocationSource {
  revoke: (revocation: Revocation) => void = () => undefined;
  follow = (onRevocation: (revocation: Revocation) => void) => Promise.resolve(void (this.revoke = onRevocation));
  progress = () => Promise.resolve('caught-up' as const);
}

/** The issuer that guarded applications trust by default. */
export const issuer = localIssuer();

const apps: NestFastifyApplication[] = [];

export async function closeGuardedApps(): Promise<void> {
  await Promise.all(apps.splice(0).map((app) => app.close()));
}

/** A small application behind the guards. @returns what calls it */
export async function guardedApp(options: Partial<OneIssuer> = {}) {
  const usual: OneIssuer = { issuer: issuer.issuer, audience: 'orders', keys: issuer.keys };
  @Module({
    imports: [AuthModule.forRoot({ ...usual, ...options })],
    controllers: [StallController, CounterController],
  })
  class AppModule {}
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  apps.push(app);
  await app.init();
  // Keys and revocations load in the background: a few turns of the loop, since these sources have them at hand.
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));

  return async (url: string, token?: string, more: object = {}) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await app.inject({ method: 'GET', url, headers, ...more });
    return { status: answer.statusCode, headers: answer.headers, body: answer.json<Record<string, unknown>>() };
  };
}
