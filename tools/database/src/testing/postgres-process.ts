import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { type PostgresBinaries, postgresBinaries } from '../postgres/postgres-binaries.js';
import { type ServerAccount, serverAccount } from '../postgres/server-account.js';

/** What is kept of a server's output, to say why it did not start. */
const OUTPUT_LENGTH = 4_000;

/** One PostgreSQL server with its data below a folder, under an account that PostgreSQL accepts. */
export class PostgresProcess {
  readonly data: string;
  private readonly account: ServerAccount = serverAccount();
  private readonly binaries: PostgresBinaries;
  private server: ChildProcess | undefined;

  /** @param folder - may be entered by everybody; PostgreSQL's programs are copied into it if the account cannot reach them */
  constructor(private readonly folder: string) {
    this.data = path.join(folder, 'data');
    this.binaries = postgresBinaries(this.account, this.data, () => undefined);
  }

  /** @throws Error with what initdb said */
  async initialise(password: string): Promise<void> {
    const passwordFile = path.join(this.folder, 'password');
    await mkdir(this.data, { mode: 0o700 });
    await this.giveAway(this.data);
    await writeFile(passwordFile, password, { mode: 0o600 });
    await this.giveAway(passwordFile);
    const flags = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync'];
    await promisify(execFile)(
      this.binaries.initdb,
      [`--pgdata=${this.data}`, '--username=postgres', `--pwfile=${passwordFile}`, ...flags],
      this.surroundings(),
    );
    await rm(passwordFile);
  }

  /** Writes a file that the server reads, named from the folder of its data. */
  async write(name: string, content: string): Promise<void> {
    const file = path.join(this.data, name);
    await writeFile(file, content, { mode: 0o600 });
    await this.giveAway(file);
  }

  /** @throws Error with what the server said, if it ends instead */
  async start(parameters: readonly string[]): Promise<void> {
    const server = spawn(this.binaries.postgres, ['-D', this.data, ...parameters], {
      ...this.surroundings(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.server = server;
    let output = '';
    await new Promise<void>((resolve, reject) => {
      server.stderr.on('data', (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-OUTPUT_LENGTH);
        if (output.includes('ready to accept connections')) resolve();
      });
      server.once('error', reject);
      server.once('exit', () => reject(new Error(`The scratch PostgreSQL did not start:\n${output}`)));
    });
  }

  /** @param signal - SIGINT ends its connections and then it; after SIGKILL it recovers at the next start */
  async end(signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
    const { server } = this;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'close');
    server.kill(signal);
    await ended;
  }

  private surroundings() {
    return { ...this.account, cwd: this.folder, env: { PATH: process.env['PATH'], LC_ALL: 'C' } };
  }

  private async giveAway(file: string): Promise<void> {
    const { uid, gid } = this.account;
    if (uid !== undefined && gid !== undefined) await chown(file, uid, gid);
  }
}
