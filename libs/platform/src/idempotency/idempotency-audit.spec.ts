import { operation, service } from '@citadel/protocol';
import { Module } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { z } from 'zod';

import { idempotency } from './idempotency.js';
import { IdempotencyAudit } from './idempotency-audit.js';

const response = z.null();
const pay = operation({ summary: 'Pay', http: 'POST /pay', idempotent: true, response });
const look = operation({ summary: 'Look', http: 'GET /look', response });

@Module({
  providers: [{ provide: 'pool', useValue: { query: () => Promise.resolve({ rows: [] }) } }, ...idempotency('pool')],
})
class WithKeys {}

async function auditOf(contract: ReturnType<typeof service>, imports: (typeof WithKeys)[]) {
  const module = await Test.createTestingModule({ imports }).compile();
  return () => new IdempotencyAudit(contract, module.get(ModuleRef)).onApplicationBootstrap();
}

describe('a service with an idempotent operation', () => {
  it('does not start while nothing keeps its keys', async () => {
    const start = await auditOf(service('stall', { pay, look }), []);
    expect(start).toThrow(/nothing keeps their keys:\n {2}- stall\.pay; add/);
  });

  it('starts when its keys are kept, and one without such an operation starts in any case', async () => {
    expect(await auditOf(service('stall', { pay, look }), [WithKeys])).not.toThrow();
    expect(await auditOf(service('stall', { look }), [])).not.toThrow();
  });
});
