import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { connectionOf } from '@citadel/platform/database';
import { Client } from 'pg';

import { startOwnStack, type Stack } from './stack/stack.js';

const SIEGE = path.join(import.meta.dirname, '../tools/siege/dist/main.js');

// Of its own, because it fills limits and the trail; and with a short grace, because replays are waited for.
let own: Stack;
beforeAll(async () => (own = await startOwnStack({ serviceSettings: { auth: { REFRESH_GRACE: '1' } } })), 120_000);
afterAll(() => own?.discard(), 60_000);

const besiege = (...families: string[]) =>
  new Promise<{ status: number; output: string }>((resolve) => {
    const env = { PATH: process.env.PATH, CITADEL_STACK: own.file };
    execFile(process.execPath, [SIEGE, ...families], { env }, (error, output, complaint) => {
      resolve({ status: error ? Number(error.code) : 0, output: output + complaint });
    });
  });

describe('a siege', () => {
  it('is withstood by a stack as it is', async () => {
    const { status, output } = await besiege();
    expect(output).toContain('everything held.');
    expect(output).not.toMatch(/BREACHED|out of reach/);
    expect(status).toBe(0);
  }, 280_000);

  it('knows its own parts', async () => {
    const { status, output } = await besiege('tokens', 'trebuchets');
    expect([status, output]).toEqual([64, expect.stringContaining('There is no family trebuchets')]);
  });

  it('fails when a handler was left open', async () => {
    // The warden is a sovereign now: what must be beyond them is not.
    const client = new Client(connectionOf(own.describe().databases.auth, readFileSync(own.describe().ca, 'utf8')));
    await client.connect();
    await client.query(
      `INSERT INTO user_roles (user_id, role) SELECT user_id, 'sovereign' FROM user_roles WHERE role = 'warden'`,
    );
    await client.end();
    const { status, output } = await besiege('role-names');
    expect(output).toContain('1 SUCCEEDED: The way up for a warden.');
    expect(output).toMatch(/!! a role of everything answered: 201/);
    expect(status).toBe(1);
  }, 60_000);
});
