import { buildWebWhenNeeded } from '../../scripts/build-when-needed.mjs';
import startDatabase from './start-postgres.mjs';

/** Provides current web pages besides the database. */
export default async function buildPages() {
  await buildWebWhenNeeded({
    onBuilding: () => process.stderr.write('The web pages are missing or outdated: building them\n'),
  });
  await startDatabase();
}
