import { buildWebWhenNeeded } from '../../scripts/build-when-needed.mjs';
import startDatabase from './start-postgres.mjs';

/** Starts the database and builds the web pages if they are not current. */
export default async function buildPages() {
  await buildWebWhenNeeded({
    onBuilding: () => process.stderr.write('The web pages are missing or outdated: building them\n'),
  });
  await startDatabase();
}
