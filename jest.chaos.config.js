import { chaos } from './jest.config.js';

/** The chaos suite kills processes and stops the database. It mostly waits, so several files run at the same time. */
export default {
  ...chaos,
  reporters: ['default', '<rootDir>/test/chaos/reporter.mjs'],
  maxWorkers: 3,
  testTimeout: 300_000,
};
