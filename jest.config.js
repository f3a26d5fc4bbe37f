import { SWC_OPTIONS } from './scripts/swc-options.mjs';

const SUPPORT = '<rootDir>/test/support';

/** One project for each kind of preparation. Jest prepares a project only if the run selects one of its tests. */
const project = (displayName, paths, preparation) => ({
  displayName,
  testEnvironment: 'node',
  // The operating system's temporary folder must stay clean.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/packages', '<rootDir>/bench'],
  testMatch: paths.map((path) => `<rootDir>/${path}`),
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', SWC_OPTIONS],
  },
  // Packages in CommonJS that require Nest only load once Nest itself has been evaluated.
  setupFiles: [`${SUPPORT}/load-nest.ts`],
  setupFilesAfterEnv: [`${SUPPORT}/disconnect-observers.ts`],
  ...preparation,
});

const DATABASE = {
  globalSetup: `${SUPPORT}/start-postgres.mjs`,
  globalTeardown: `${SUPPORT}/global-teardown.mjs`,
};
const DATABASE_AND_BUILD = { ...DATABASE, globalSetup: `${SUPPORT}/build-gateway.mjs` };
const DATABASE_AND_PAGES = { ...DATABASE, globalSetup: `${SUPPORT}/build-pages.mjs` };

/** These tests run dist/. */
const RUN_THE_BUILD = ['test/e2e/**/*.test.ts', 'test/integration/two-replicas.test.ts'];

export default {
  projects: [
    project('unit', ['src/**/*.spec.ts'], {}),
    project('tools', ['{packages,bench,test/contracts,test/deploy,test/support}/**/*.test.ts'], {}),
    project('integration', ['test/{integration,chaos,model}/**/*.test.ts'], {
      ...DATABASE,
      testPathIgnorePatterns: ['/node_modules/', '/two-replicas'],
    }),
    project('e2e', RUN_THE_BUILD, DATABASE_AND_BUILD),
    project('web', ['test/browser/**/*.test.ts'], DATABASE_AND_PAGES),
  ],
  // Node runs Jest with --no-compilation-cache, because V8's cache keeps the modules of every finished test file alive.
  maxWorkers: 2,
  // Jest ignores this option inside a project.
  testTimeout: 30_000,
};

export const chaos = project('chaos', ['test/chaos/**/*.chaos.ts'], DATABASE_AND_BUILD);
