// @ts-check
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import JestRuntime from 'jest-runtime';

const require = createRequire(import.meta.url);

/** What Jest's types say nothing of. @type {new (...parameters: unknown[]) => any} */
const Runtime = /** @type {any} */ (JestRuntime);

/**
 * Installed packages, except Jest's own, which keep the state of one suite; Prisma's migration engine, which can be started
 * once only; and three ES modules that have a default export, because Jest gives what it takes for a core module its namespace
 * as the default.
 *
 * @param {string} name
 */
const isShared = (name) =>
  /[\\/]node_modules[\\/](?!@?jest|expect[\\/]|@prisma[\\/]schema-engine-wasm|(get-port|helmet|p-wait-for)[\\/])/.test(
    name,
  );

/**
 * Loads installed packages once for all suites of a worker, as Node.js loads them: in a context of its own each suite would
 * spend a second or two on Nest alone. Our own files are loaded again for every suite, so no suite sees another's state.
 *
 * Everything runs in the one context of the process (see suite-environment.ts): an `Error` or a `Date` is then the same for
 * packages, for our code and for the test.
 */
export default class SuiteRuntime extends Runtime {
  /** @param {unknown[]} parameters */
  constructor(...parameters) {
    const { getBuiltinModule } = process;
    super(...parameters);
    // Jest puts one of its own into what it takes for a copy of `process`.
    process.getBuiltinModule = getBuiltinModule;

    const { _resolution: resolution, coreModule, executor, esmLoader } = this;
    const isCoreModule = resolution.isCoreModule.bind(resolution);
    const requireCore = coreModule.require.bind(coreModule);
    resolution.isCoreModule = (/** @type {string} */ name) => isCoreModule(name) || isShared(name);
    coreModule.require = (/** @type {string} */ name) => (isShared(name) ? require(name) : requireCore(name));
    executor.compile = (/** @type {string} */ source, /** @type {string} */ filename) =>
      compileFunction(source, executor.injectedModuleParameters, { filename });
    esmLoader.getContext = () => undefined;
  }
}
