import everyday from './jest.config.js';

/** The chaos suite: processes are killed and the database goes away, so a run takes minutes and the machine for itself. */
export default {
  ...everyday,
  roots: ['<rootDir>/test/chaos'],
  testRegex: '\\.chaos\\.ts$',
  reporters: ['default', '<rootDir>/test/chaos/reporter.mjs'],
  maxWorkers: 1,
  testTimeout: 300_000,
};
