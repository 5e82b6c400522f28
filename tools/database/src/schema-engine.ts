import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';

/** Every table and enum belongs to the schema. */
export const NO_FILTERS = { externalTables: [], externalEnums: [] };

// Part of Node.js, but TypeScript declares it with the browser's library alone.
declare const WebAssembly: {
  instantiate(binary: Uint8Array, imports: object): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
};

let loading: Promise<void> | undefined;

/** Prisma's migration engine, as WebAssembly: the same that the command line downloads as a binary. */
export async function schemaEngine(
  schema: string,
  adapter: SqlMigrationAwareDriverAdapterFactory,
): Promise<bindings.SchemaEngine> {
  await (loading ??= load());
  const silent = () => undefined;
  const bound = bindMigrationAwareSqlAdapterFactory(adapter);
  return bindings.SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, silent, bound);
}

// The package's own entry imports its .wasm as a module, which Node.js does behind a flag only.
async function load(): Promise<void> {
  const glue = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const binary = await readFile(glue.replace(/\.js$/, '.wasm'));
  const { instance } = await WebAssembly.instantiate(binary, { './schema_engine_bg.js': withoutHoldingUp(bindings) });
  bindings.__wbg_set_wasm(instance.exports);
  // Where the engine's panics go: without it they end the process and say nothing.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: reportPanic } });
  instance.exports.__wbindgen_start();
}

/** The engine waits ten seconds for its lock and forgets to call that off, which would keep the process for so long. */
function withoutHoldingUp(glue: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const timers = Object.keys(glue).filter((name) => name.startsWith('__wbg_setTimeout'));
  const wait = (call: () => void, milliseconds: number) => setTimeout(call, milliseconds).unref();
  return { ...glue, ...Object.fromEntries(timers.map((name) => [name, wait])) };
}

function reportPanic(message: string): never {
  throw new Error(`Prisma's migration engine gave up: ${message}`);
}
