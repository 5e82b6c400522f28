import config from './jest.config.js';

const unit = config.projects.find(({ displayName }) => displayName === 'unit');

/** The way of a newcomer, from an empty folder. It has a run of its own, because it installs and builds everything. */
export default {
  projects: [{ ...unit, displayName: 'fresh clone', testMatch: ['<rootDir>/test/fresh-clone/**/*.spec.ts'] }],
};
