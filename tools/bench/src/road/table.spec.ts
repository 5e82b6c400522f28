import type { Round } from '../rounds.js';
import { tableOf } from './table.js';

const round = (gateway: number, service: number): Round => ({
  perSecond: 1_000,
  times: [10, 20],
  spent: new Map([
    ['gateway', gateway],
    ['treasury', service],
    ['nats', 5],
    ['postgres', 5],
  ]),
});

describe('the table of the road', () => {
  it('compares what the first costs with what each other costs, by medians', () => {
    const ours = { name: 'ours', rounds: [round(60, 30), round(600, 300), round(50, 40)] };
    const slow = { name: 'slow', rounds: [round(100, 90), round(1_000, 810), round(150, 40)] };
    expect(tableOf([ours, slow]).slice(2)).toEqual([
      '| ours | 1000 | 10 / 20 | 100 | 60 | 40 | 5 | 5 | 1.00 |',
      '| slow | 1000 | 10 / 20 | 200 | 150 | 90 | 5 | 5 | 0.50 |',
    ]);
  });
});
