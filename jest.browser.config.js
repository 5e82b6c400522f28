import config, { run } from './jest.config.js';

const stories = config.projects.find(({ displayName }) => displayName === 'stories');

/** Stories in a real browser. They have a run of their own, because a browser is not on every machine. */
export default {
  ...run,
  projects: [
    {
      ...stories,
      displayName: 'browser',
      testMatch: ['<rootDir>/test/browser/**/*.spec.ts'],
      testPathIgnorePatterns: [],
    },
  ],
};
