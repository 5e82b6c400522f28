import {
  AuthModule,
  Authenticated,
  CurrentUser,
  type Principal,
  Public,
  type Refusal,
  RequirePermissions,
} from '@citadel/auth';
import { localIssuer } from '@citadel/auth/testing';
import { type MessageOf, operation, service } from '@citadel/protocol';
import { errors, headers, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { Controller, type INestMicroservice, Logger, Module } from '@nestjs/common';
import { EventPattern, type MicroserviceOptions, Payload } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { z } from 'zod';

import { FailureFilter } from '../failure.filter.js';
import { Handles, Message } from '../operations/handles.decorator.js';

// What fails in these specs fails on purpose.
Logger.overrideLogger(false);

export const issuer = localIssuer();

const anything = z.unknown();
/** Under the treasury's name, since that is what NATS lets it listen to. */
export const stall = service('treasury', {
  open: operation({
    summary: 'Open',
    http: 'GET /open',
    public: true,
    body: { user: anything.optional() },
    response: anything,
  }),
  me: operation({ summary: 'Me', http: 'GET /me', body: { user: anything.optional() }, response: anything }),
  draw: operation({ summary: 'Draw', http: 'POST /draw', body: { amount: z.int() }, response: anything }),
  fail: operation({ summary: 'Fail', http: 'POST /fail', public: true, response: anything }),
  grow: operation({ summary: 'Grow', http: 'POST /grow', public: true, body: { size: z.int() }, response: anything }),
  wait: operation({ summary: 'Wait', http: 'POST /wait', public: true, response: anything }),
});

/** What a spec sees of a service from inside. */
export class Inside {
  readonly refusals: Refusal[] = [];
  readonly heard: unknown[] = [];
  waiting = 0;
  finished = 0;
  /** Lets everybody go on who waits. */
  release: () => void = () => undefined;
  released = new Promise<void>((resolve) => (this.release = resolve));
}

@Controller()
class StallController {
  constructor(private readonly inside: Inside) {}

  @Handles(stall.open)
  @Public()
  open() {
    return { open: true };
  }
  @Handles(stall.me)
  @Authenticated()
  me(@Message() _message: MessageOf<typeof stall.me>, @CurrentUser() { id, permissions }: Principal) {
    return { id, permissions };
  }
  @Handles(stall.draw)
  @RequirePermissions('treasury:vault:draw')
  draw(@Message() { amount }: MessageOf<typeof stall.draw>) {
    return { amount };
  }
  @Handles(stall.fail)
  @Public()
  fail(): never {
    throw new Error('connecting to 10.0.0.1 as root with hunter2');
  }
  @Handles(stall.grow)
  @Public()
  grow(@Message() { size }: MessageOf<typeof stall.grow>) {
    return 'x'.repeat(size);
  }
  @Handles(stall.wait)
  @Public()
  async wait() {
    this.inside.waiting += 1;
    await this.inside.released;
    this.inside.finished += 1;
    return 'released';
  }
  @EventPattern('treasury.paid')
  @RequirePermissions('treasury:vault:draw')
  onPaid(@Payload() event: unknown): void {
    this.inside.heard.push(event);
  }
}

/** A small service behind the guards, listening. */
export async function serve(options: MicroserviceOptions): Promise<{ app: INestMicroservice; inside: Inside }> {
  const inside = new Inside();
  const auth = AuthModule.forRoot(
    {
      issuer: issuer.issuer,
      audience: 'treasury',
      keys: issuer.keys,
      onRefusal: (refusal) => inside.refusals.push(refusal),
    },
    { filter: FailureFilter },
  );
  @Module({
    imports: [auth],
    controllers: [StallController],
    providers: [{ provide: Inside, useValue: inside }],
  })
  class StallModule {}
  const module = await Test.createTestingModule({ imports: [StallModule] }).compile();
  // The testing module has brought a logger of its own.
  Logger.overrideLogger(false);
  const app = module.createNestMicroservice(options);
  await app.listen();
  return { app, inside };
}

/** Asks as somebody would who writes straight to NATS. */
export async function ask(connection: NatsConnection, subject: string, data: unknown, ...authorization: string[]) {
  const carried = headers();
  for (const value of authorization) carried.append('authorization', value);
  const payload = JSON.stringify({ pattern: subject, data, id: '1' });
  return (await requestOnceServed(connection, subject, payload, carried)).json<Record<string, unknown>>();
}

/** Requests again while no one answers: Nest calls a microservice started before NATS has heard of its subscriptions. */
export async function requestOnceServed(
  connection: NatsConnection,
  subject: string,
  payload: string,
  carried: MsgHdrs,
): Promise<Msg> {
  for (let tries = 0; ; tries++) {
    try {
      return await connection.request(subject, payload, { headers: carried, timeout: 5_000 });
    } catch (error) {
      if (!(error instanceof errors.RequestError && error.isNoResponders()) || tries === 1_000) throw error;
    }
  }
}
