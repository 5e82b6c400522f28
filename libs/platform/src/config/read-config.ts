import { readFileSync } from 'node:fs';
import type { z } from 'zod';

type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong with the configuration: every fault at once, by the variable's name, never with its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly faults: readonly string[]) {
    super(
      `Invalid configuration:\n${faults.map((fault) => `  - ${fault}`).join('\n')}\nSee .env.example for what each variable means.`,
    );
  }
}

/**
 * Reads what a schema names from the environment, once, frozen. A variable `X` may be given as `X_FILE`, the path of a
 * file that holds its value: so secrets need not stand in an environment that others can read.
 *
 * @throws ConfigError
 */
export function readConfig<S extends z.ZodObject>(
  schema: S,
  environment: Environment = process.env,
): Readonly<z.output<S>> {
  const faults: string[] = [];
  const values = Object.keys(schema.shape).map((name) => {
    try {
      return [name, valueOf(name, environment)] as const;
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
      return [name, undefined] as const;
    }
  });
  const named = new Set(faults.map((fault) => fault.split('_FILE')[0]));
  const given = Object.fromEntries(values);
  const parsed = schema.safeParse(given);
  for (const { path, message } of parsed.error?.issues ?? []) {
    const name = path.join('.');
    if (named.has(name)) continue;
    faults.push(given[name] === undefined ? `${name} is missing; set it, or ${name}_FILE` : `${name}: ${message}`);
  }
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(parsed.data);
}

function valueOf(name: string, environment: Environment): string | undefined {
  const path = environment[`${name}_FILE`];
  const value = environment[name];
  // An empty variable is how Compose and shells spell one that is not set.
  if (!path) return value === '' ? undefined : value;
  if (value) throw new Error(`${name}_FILE and ${name} are both set; keep one`);
  try {
    // An empty file, too, is one way to say that there is nothing.
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new Error(`${name}_FILE: cannot read ${path} (${code})`, { cause: error });
  }
}
