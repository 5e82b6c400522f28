import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const PROGRAM = path.join(import.meta.dirname, '../tools/access/dist/mutations/main.js');

describe('removing one access decorator, whichever it is', () => {
  it('is noticed by the start-up, the contract or the access matrix', async () => {
    // Jest's own options are not meant for what it starts.
    const { NODE_OPTIONS: _, ...env } = process.env;
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM], { env });
    const [, tried, noticed] = /(\d+) access decorators removed one at a time, (\d+) noticed/.exec(stdout) ?? [];
    expect(noticed).toBe(tried);
    expect(Number(tried)).toBeGreaterThanOrEqual(50);
  }, 60_000);
});
