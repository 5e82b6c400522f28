import config, { run } from './jest.config.js';

const stories = config.projects.find(({ displayName }) => displayName === 'stories');

/** What is packed, in an application of its own. It has a run of its own, because it installs from the registry. */
export default {
  ...run,
  projects: [
    {
      ...stories,
      displayName: 'packages',
      testMatch: ['<rootDir>/test/packages/*.spec.ts'],
      testPathIgnorePatterns: [],
      // It starts the one server that it needs by itself.
      globalSetup: undefined,
      globalTeardown: undefined,
    },
  ],
};
