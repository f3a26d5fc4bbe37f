import { buildWhenNeeded } from '../../scripts/build-when-needed.mjs';
import startDatabase from './start-postgres.mjs';

/** Starts the database and builds dist/ if it is not current. */
export default async function buildGateway() {
  await buildWhenNeeded({
    isFreshRequired: true,
    onBuilding: () => process.stderr.write('dist/ is missing or older than src/: building it\n'),
  });
  await startDatabase();
}
