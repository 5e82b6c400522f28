import { z } from 'zod';

import { databaseConfig } from './database-config.js';

const schema = z.object(databaseConfig);

describe('databaseConfig', () => {
  it('names every fault, never the value', () => {
    const { error } = schema.safeParse({ DATABASE_URL: 'postgresql://me:hunter2@db', DATABASE_CA: 'not PEM' });
    expect(error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual([
      ['DATABASE_URL', expect.stringContaining('must name host, user, password and database')],
      ['DATABASE_CA', 'must hold a certificate in PEM'],
    ]);
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });
});
