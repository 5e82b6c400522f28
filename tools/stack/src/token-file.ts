import { rmSync, statSync } from 'node:fs';
import path from 'node:path';

import { readIfThere, writePrivateFile } from './secrets/private-files.js';

/** A token is not used in its last seconds: it might expire on its way. */
const MARGIN_S = 10;

type Tokens = Readonly<Record<string, { readonly token: string; readonly expiresAt: number }>>;

/** The access tokens of `npm run call`, for their owner alone. What is older than the stack is another stack's. */
export class TokenFile {
  private readonly file: string;

  constructor(
    private readonly stackFile: string,
    private readonly now = () => Date.now() / 1000,
  ) {
    this.file = path.join(path.dirname(stackFile), 'tokens.json');
  }

  of(role: string): string | undefined {
    const kept = this.read()[role];
    return kept && kept.expiresAt - MARGIN_S > this.now() ? kept.token : undefined;
  }

  keep(role: string, token: string, lifetime: number): void {
    this.write({ ...this.read(), [role]: { token, expiresAt: this.now() + lifetime } });
  }

  forget(role: string): void {
    this.write(Object.fromEntries(Object.entries(this.read()).filter(([name]) => name !== role)));
  }

  private write(tokens: Tokens): void {
    writePrivateFile(this.file, JSON.stringify(tokens));
  }

  private read(): Tokens {
    const text = readIfThere(this.file);
    if (text === undefined) return {};
    if (statSync(this.file).mtimeMs < statSync(this.stackFile).mtimeMs) {
      rmSync(this.file, { force: true });
      return {};
    }
    // Written here alone.
    return JSON.parse(text) as Tokens;
  }
}
