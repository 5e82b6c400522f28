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
  // Nothing here waits for time to pass; this is for machines that are busy.
  testTimeout: 60_000,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^@citadel/(contracts|auth|platform)$': '<rootDir>/libs/$1/src/index.ts',
    '^@citadel/auth/(nats|testing)$': '<rootDir>/libs/auth/src/$1/index.ts',
    '^@citadel/platform/database$': '<rootDir>/libs/platform/src/database/index.ts',
    '^@citadel/(stack|database)$': '<rootDir>/tools/$1/src/index.ts',
    '^@citadel/(stack|database)/testing$': '<rootDir>/tools/$1/src/testing/index.ts',
    '^@citadel/stack/secrets$': '<rootDir>/tools/stack/src/secrets/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: { '\\.ts$': ['@swc/jest', swc] },
  setupFiles: ['reflect-metadata'],
};

export default {
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/{libs,apps,tools}/**/*.spec.ts'] },
    {
      ...shared,
      displayName: 'stories',
      testMatch: ['<rootDir>/test/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/browser/'],
      globalSetup: '<rootDir>/test/stack/global-setup.ts',
      globalTeardown: '<rootDir>/test/stack/global-teardown.ts',
    },
  ],
};
