/** One Jest run for everything: rules beside their files in src/, the rest in test/, sandbox/ and bench/. */
export default {
  testEnvironment: 'node',
  // Not in the temp folder, where nothing of ours is to stay.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/packages', '<rootDir>/bench'],
  testRegex: '\\.(spec|test)\\.ts$',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  // Packages in CommonJS that require Nest only load once Nest itself has been evaluated.
  setupFiles: ['<rootDir>/test/support/load-nest.ts'],
  maxWorkers: 2,
  testTimeout: 30_000,
};
