import type { DataSource } from 'typeorm';
import type * as Config from './src/config/read-config.ts';
import type * as Database from './src/database/data-source.ts';

/**
 * The TypeORM command line's way to the one DataSource (`npm run typeorm -- migration:show`). It runs the built code:
 * Node cannot read decorators by itself.
 */
const { createDataSource } = (await load('database/data-source.js')) as typeof Database;
const { readDatabaseConfig } = (await load('config/read-config.js')) as typeof Config;

const dataSource: DataSource = createDataSource(readDatabaseConfig());
export default dataSource;

function load(path: string): Promise<unknown> {
  return import(new URL(`./dist/${path}`, import.meta.url).href);
}
