import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
} from 'node:fs';
import path from 'node:path';

const LIMIT_BYTES = 10 * 1024 * 1024;
const LOOK_EVERY_MS = 2_000;

/**
 * A process's output. Processes write to the file themselves, without us in between, so a busy stack costs nothing here
 * and output survives our end; the price is that rotation copies and cuts, which may lose lines of that moment.
 */
export class LogFile {
  readonly file: string;
  private descriptor: number | undefined;
  private watch: NodeJS.Timeout | undefined;

  constructor(
    folder: string,
    name: string,
    private readonly limit = LIMIT_BYTES,
  ) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.file = path.join(folder, `${name}.log`);
  }

  /** For `stdio`. Begins a new file; the one before stays as `.1`. */
  open(): number {
    if (this.descriptor === undefined) {
      if (existsSync(this.file)) renameSync(this.file, `${this.file}.1`);
      // Appending makes writers go on at the new end after the file was cut.
      this.descriptor = openSync(this.file, 'a', 0o600);
      this.watch = setInterval(() => this.rotateIfLarge(), LOOK_EVERY_MS).unref();
    }
    return this.descriptor;
  }

  rotateIfLarge(): void {
    if (!existsSync(this.file) || statSync(this.file).size <= this.limit) return;
    copyFileSync(this.file, `${this.file}.1`);
    truncateSync(this.file);
  }

  lastLines(count: number): string[] {
    if (!existsSync(this.file)) return [];
    return readFileSync(this.file, 'utf8').trimEnd().split('\n').slice(-count);
  }

  close(): void {
    clearInterval(this.watch);
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }
}
