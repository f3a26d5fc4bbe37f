/** `npm start`: the gateway as in production, from environment variables (and `.env`, where there is one) alone. */
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
// What is set already wins.
if (existsSync('.env')) process.loadEnvFile('.env');
// In this very process: signals and exit codes are the gateway's own.
await import('../dist/main.js');
