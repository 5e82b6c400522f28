import { z } from 'zod';

import { operation, service } from './operation.js';
import { probeOf } from './sample.js';

const response = z.object({});
const look = operation({ summary: 'Look', http: 'GET /v1/stall', response });
const put = operation({ summary: 'Put', http: 'POST /v1/stall', response });
const list = operation({ summary: 'List', http: 'GET /v1/stalls', response: z.object({ items: z.array(response) }) });

describe('the operation that shows whether a token is accepted', () => {
  it('is a list where there is one, and else the first that is guarded', () => {
    expect(probeOf(service('stall', { put, look, list })).id).toBe('stall.list');
    expect(probeOf(service('stall', { look: { ...look, public: true }, put })).id).toBe('stall.put');
  });

  it('is missing, and said to be, where everything is public', () => {
    expect(() => probeOf(service('stall', { look: { ...look, public: true } }))).toThrow(/is public/);
  });
});
