import config, { run } from './jest.config.js';

const stories = config.projects.find(({ displayName }) => displayName === 'stories');

/** The way of a newcomer, from an empty folder. It has a run of its own, because it installs and builds everything. */
export default {
  ...run,
  projects: [
    {
      ...stories,
      displayName: 'fresh clone',
      testMatch: ['<rootDir>/test/fresh-clone/**/*.spec.ts'],
      testPathIgnorePatterns: [],
      // It starts the one stack that it needs by itself.
      globalSetup: undefined,
      globalTeardown: undefined,
    },
  ],
};
