import { fileURLToPath } from 'node:url';
import type { DataSource } from 'typeorm';
import type * as Config from './src/config/read-config.ts';
import type * as Database from './src/database/data-source.ts';

/**
 * The data source for the TypeORM command line (`npm run typeorm -- migration:show`). It loads the built code, because
 * Node cannot run decorators.
 */
const { createDataSource } = (await load('database/data-source.js')) as typeof Database;
const { readDatabaseConfig } = (await load('config/read-config.js')) as typeof Config;

const dataSource: DataSource = createDataSource(readDatabaseConfig(), [
  fileURLToPath(new URL('./dist/**/*.entity.js', import.meta.url)),
]);
export default dataSource;

function load(path: string): Promise<unknown> {
  return import(new URL(`./dist/${path}`, import.meta.url).href);
}
