import { event, type EventOf, events } from '@citadel/protocol';
import { Injectable, Module } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { z } from 'zod';

import type { NatsLink } from '../nats/nats-link.js';
import { ConsumerAudit } from './consumer-audit.js';
import { consumers } from './consumers.js';
import { Consumes } from './consumes.decorator.js';

const { opened, closed } = events('tower', {
  opened: event({ summary: 'A door was opened', payload: { door: z.string() } }),
  closed: event({ summary: 'A door was closed', payload: { door: z.string() } }),
});

@Injectable()
class DoorsService {
  @Consumes(opened)
  note({ door }: EventOf<typeof opened>) {
    return Promise.resolve(door);
  }
}

@Injectable()
class LightsService {
  @Consumes(opened)
  light({ door }: EventOf<typeof opened>) {
    return Promise.resolve(door);
  }
}

const running = consumers({} as NatsLink, 'stall', 'client');

@Module({ providers: [DoorsService] })
class Undelivered {}

@Module({ providers: [DoorsService, { provide: 'client', useValue: {} }, ...running] })
class Delivered {}

@Module({ providers: [LightsService] })
class Lights {}

async function auditOf(consumed: ConstructorParameters<typeof ConsumerAudit>[0], ...imports: (typeof Delivered)[]) {
  const module = await Test.createTestingModule({ imports }).compile();
  return () =>
    new ConsumerAudit(consumed, module.get(ModulesContainer), module.get(ModuleRef)).onApplicationBootstrap();
}

describe('a service that consumes events', () => {
  it('starts when each event of the register has one method, and something delivers', async () => {
    expect(await auditOf([opened], Delivered)).not.toThrow();
    expect(await auditOf([])).not.toThrow();
  });

  it.each([
    ['no method consumes an event of the register', [opened, closed], [Delivered], /nothing consumes tower\.closed/],
    ['a method consumes what the register lacks', [], [Delivered], /DoorsService\.note consumes tower\.opened; list/],
    [
      'two methods consume one event',
      [opened],
      [Delivered, Lights],
      /DoorsService\.note, LightsService\.light; keep one/,
    ],
    ['nothing delivers', [opened], [Undelivered], /nothing delivers events/],
  ])('does not start when %s', async (_, consumed, imports, message) => {
    expect(await auditOf(consumed, ...imports)).toThrow(message);
  });
});
