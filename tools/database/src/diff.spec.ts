import { diff } from './diff.js';
import { databaseServices } from './service.js';
import { type ScratchPostgres, scratchPostgres } from './testing/scratch-postgres.js';

let server: ScratchPostgres;
beforeAll(async () => (server = await scratchPostgres()), 60_000);
afterAll(() => server?.close());

describe('migrations and schema', () => {
  it.each(databaseServices())('of %s agree', async (service) => {
    await expect(diff(service, server)).resolves.toBeUndefined();
  });
});
