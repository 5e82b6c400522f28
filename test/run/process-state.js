// @ts-check

/** What Jest keeps of one suite on `globalThis`: the handlers of its events, and its tests. */
const OF_A_SUITE = ['EVENT_HANDLERS', 'JEST_STATE_SYMBOL'];

/**
 * Takes note of what a suite finds: what stands on `globalThis`, and the environment of the process.
 *
 * @returns {() => void} puts all of it back, but for what packages have added for themselves
 */
export function rememberState() {
  const globals = Object.getOwnPropertyDescriptors(globalThis);
  const environment = { ...process.env };
  return () => {
    for (const symbol of Object.getOwnPropertySymbols(globalThis)) {
      if (OF_A_SUITE.includes(symbol.description ?? '')) Reflect.deleteProperty(globalThis, symbol);
    }
    for (const [name, before] of Object.entries(globals)) {
      const now = Object.getOwnPropertyDescriptor(globalThis, name);
      if (now?.value !== before.value || now?.get !== before.get) Object.defineProperty(globalThis, name, before);
    }
    for (const name of Object.keys(process.env)) if (!(name in environment)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, environment);
  };
}
