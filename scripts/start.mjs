/** `npm start`: the gateway as in production, configured by environment variables and by `.env` if it exists. */
import './preflight.mjs';
import { existsSync } from 'node:fs';
import { BuildFailed, buildWhenNeeded } from './build-when-needed.mjs';
import './end-with-npm.mjs';

try {
  await buildWhenNeeded({
    isFreshRequired: false,
    onBuilding: () => process.stderr.write('dist/main.js is missing: building it\n'),
  });
} catch (error) {
  if (!(error instanceof BuildFailed)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
// Variables that are already set take precedence.
if (existsSync('.env')) process.loadEnvFile('.env');
// The gateway runs in this process, so that signals and exit codes are its own.
await import('../dist/main.js');
