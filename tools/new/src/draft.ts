import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { format, resolveConfig } from 'prettier';

/** Changes to a working tree that are written down together, or not at all. */
export class Draft {
  private readonly created = new Map<string, string>();
  private readonly edited = new Map<string, string>();

  constructor(readonly root: string) {}

  /** The files that there will be, and those that will be different. */
  get files(): { readonly created: readonly string[]; readonly edited: readonly string[] } {
    return { created: [...this.created.keys()], edited: [...this.edited.keys()] };
  }

  exists(file: string): boolean {
    return this.created.has(file) || existsSync(path.join(this.root, file));
  }

  read(file: string): string {
    return this.created.get(file) ?? this.edited.get(file) ?? readFileSync(path.join(this.root, file), 'utf8');
  }

  /** @throws Error if there is such a file */
  create(file: string, text: string): void {
    if (this.exists(file)) throw new Error(`${file} exists already; nothing was written. Take another name.`);
    this.created.set(file, text);
  }

  edit(file: string, change: (text: string) => string): void {
    const text = change(this.read(file));
    (this.created.has(file) ? this.created : this.edited).set(file, text);
  }

  /**
   * Adds text behind the one occurrence of another.
   *
   * @throws Error if it does not stand there exactly once: the file was rearranged by hand
   */
  addBehind(file: string, anchor: string, added: string): void {
    this.edit(file, (text) => {
      const [before, after, ...more] = text.split(anchor);
      if (before === undefined || after === undefined || more.length > 0) {
        throw new Error(
          `${file} does not hold this exactly once, so nothing was written. Put it there, or add to it by hand:\n${anchor}`,
        );
      }
      return before + anchor + added + after;
    });
  }

  /** Writes everything, formatted. */
  async write(): Promise<void> {
    for (const [file, text] of [...this.created, ...this.edited]) {
      const target = path.join(this.root, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, await formatted(target, text));
    }
  }
}

/** What Prettier does not know is left as it is. */
async function formatted(file: string, text: string): Promise<string> {
  if (!/\.(ts|json|ya?ml|md)$/.test(file) || path.basename(file) === 'package-lock.json') return text;
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}
