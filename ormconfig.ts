import { fileURLToPath } from 'node:url';
import type { DataSource } from 'typeorm';
import type * as Config from './src/config/read-config.ts';
import type * as Database from './src/database/data-source.ts';
import type * as Users from './src/database/users-table.ts';

/**
 * The data source for the TypeORM command line (`npm run typeorm -- migration:show`). It loads the built code, because
 * Node cannot run decorators.
 */
const { createMigrationDataSource } = (await load('database/data-source.js')) as typeof Database;
const { readDatabaseConfig } = (await load('config/read-config.js')) as typeof Config;

const { UsersTable } = (await load('database/users-table.js')) as typeof Users;

const { url, users } = readDatabaseConfig();
const dataSource: DataSource = createMigrationDataSource(url, new UsersTable(users), [
  fileURLToPath(new URL('./dist/**/*.entity.js', import.meta.url)),
]);
export default dataSource;

function load(path: string): Promise<unknown> {
  return import(new URL(`./dist/${path}`, import.meta.url).href);
}
