import type { Handler } from '@citadel/auth';
import { operation, service } from '@citadel/protocol';
import { z } from 'zod';

import { compare } from './contract-audit.js';

const response = z.null();
const stall = service('stall', {
  open: operation({ summary: 'Open', http: 'POST /open', response }),
  look: operation({ summary: 'Look', http: 'GET /look', public: true, response }),
});
const handler = (method: string, kind: 'public' | 'authenticated', subject = `stall.${method}`): Handler => ({
  name: `StallController.${method}`,
  entrance: `subject ${subject}`,
  rules: [{ kind }],
});
const health = ['live', 'ready'].map((name) => handler(name, 'public', `stall.health.${name}`));
const whole = [handler('open', 'authenticated'), handler('look', 'public'), ...health];

describe('a service and its contract', () => {
  it('agree when each operation has its handler', () => {
    expect(compare(stall, whole)).toEqual([]);
  });

  it('agree on health where the name of the service has a hyphen', () => {
    const ready = handler('ready', 'public', 'market-stall.health.ready');
    expect(compare(service('market-stall', {}), [ready])).toEqual([]);
  });

  it.each<[string, readonly Handler[], string]>([
    [
      'an operation without a handler',
      whole.slice(1),
      'stall.open is in the contract but has no handler; add one with @Handles',
    ],
    [
      'a handler that the contract does not know',
      [...whole, handler('secret', 'public')],
      'StallController.secret (subject stall.secret) is not in the contract; describe it there and use @Handles',
    ],
    [
      'an event that the contract does not know',
      [...whole, handler('onPaid', 'authenticated', 'events.orders.paid')],
      'StallController.onPaid (subject events.orders.paid) is not in the contract; describe it there and use @Handles',
    ],
    [
      'what only looks like health',
      [...whole, handler('health', 'public', 'stall.health.ready.all')],
      'StallController.health (subject stall.health.ready.all) is not in the contract; describe it there and use @Handles',
    ],
    [
      'a handler that is public and should not be',
      [handler('open', 'public'), ...whole.slice(1)],
      'StallController.open and the contract of stall.open disagree about who may call it: one says public, the other does not',
    ],
    [
      'a handler that is closed and should not be',
      [...whole.filter(({ name }) => !name.endsWith('look')), handler('look', 'authenticated')],
      'StallController.look and the contract of stall.look disagree about who may call it: one says public, the other does not',
    ],
  ])('do not agree about %s', (_, handlers, fault) => {
    expect(compare(stall, handlers)).toEqual([fault]);
  });
});
