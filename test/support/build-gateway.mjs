import { buildWhenNeeded } from '../../scripts/build-when-needed.mjs';
import startDatabase from './start-postgres.mjs';

/** Provides a current build in dist/ besides the database. */
export default async function buildGateway() {
  await buildWhenNeeded({
    isFreshRequired: true,
    onBuilding: () => process.stderr.write('dist/ is missing or older than src/: building it\n'),
  });
  await startDatabase();
}
