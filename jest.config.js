const swc = {
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    // Without decorator metadata Nest injects undefined and says nothing; without class names its errors name nobody.
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
  },
  module: { type: 'es6' },
};

const shared = {
  // A run has a temporary folder of its own; what is transformed outlives it.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  runtime: '<rootDir>/test/run/suite-runtime.js',
  testEnvironment: '<rootDir>/test/run/suite-environment.ts',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^@citadel/(protocol|contracts|auth|platform)$': '<rootDir>/libs/$1/src/index.ts',
    '^@citadel/auth/(nats|testing)$': '<rootDir>/libs/auth/src/$1/index.ts',
    '^@citadel/platform/(database|nats-permissions)$': '<rootDir>/libs/platform/src/$1/index.ts',
    '^@citadel/(stack|database)$': '<rootDir>/tools/$1/src/index.ts',
    '^@citadel/(stack|database)/testing$': '<rootDir>/tools/$1/src/testing/index.ts',
    '^@citadel/stack/secrets$': '<rootDir>/tools/stack/src/secrets/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: { '\\.ts$': ['@swc/jest', swc] },
  setupFiles: ['reflect-metadata'],
};

/** What holds for a run as a whole. Two workers keep two cores busy; one that has grown is replaced by a new one. */
export const run = {
  // Nothing here waits for time to pass; this is for machines that are busy. (In a project Jest does not heed it.)
  testTimeout: 120_000,
  maxWorkers: 2,
  testSequencer: '<rootDir>/test/run/longest-first.js',
  workerIdleMemoryLimit: '300MB',
  reporters: ['default', '<rootDir>/test/run/progress-reporter.js'],
};

export default {
  ...run,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{libs,apps,tools,test/run}/**/*.spec.ts'],
      globalSetup: '<rootDir>/test/run/global-setup.ts',
      globalTeardown: '<rootDir>/test/run/global-teardown.ts',
    },
    {
      ...shared,
      displayName: 'stories',
      testMatch: ['<rootDir>/test/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/(browser|fresh-clone|packages|run)/'],
      globalSetup: '<rootDir>/test/stack/global-setup.ts',
      globalTeardown: '<rootDir>/test/stack/global-teardown.ts',
    },
  ],
};
