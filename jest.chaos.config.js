import everyday from './jest.config.js';

/** The chaos suite: processes are killed and the database goes away. Most of its minutes are waiting, so several run at once. */
export default {
  ...everyday,
  roots: ['<rootDir>/test/chaos'],
  testRegex: '\\.chaos\\.ts$',
  reporters: ['default', '<rootDir>/test/chaos/reporter.mjs'],
  maxWorkers: 3,
  testTimeout: 300_000,
};
