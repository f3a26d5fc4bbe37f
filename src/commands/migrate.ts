import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { reasonOf } from '../common/reason-of.ts';
import { orExit } from '../config/or-exit.ts';
import { readDatabaseConfig } from '../config/read-config.ts';
import { createMigrationDataSource } from '../database/data-source.ts';
import { migrateDown, migrateUp } from '../database/migrate.ts';
import { say } from './terminal.ts';

const USAGE = `Usage: npm run migrate -- [up|down] [--all]

  up      brings the database that DATABASE_URL names up to date (the default)
  down    undoes the latest migration; with --all every one. A users table that was there before stays, with its rows
`;

const { positionals, values } = readArguments();
const [direction = 'up'] = positionals;
if (values.help === true) {
  process.stdout.write(USAGE);
} else if (positionals.length > 1 || !['up', 'down'].includes(direction)) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  await migrate(direction);
}

async function migrate(towards: string): Promise<void> {
  const database = orExit(() => readDatabaseConfig());
  const dataSource = createMigrationDataSource(database.url);
  try {
    await dataSource.initialize();
    if (towards === 'up') {
      const applied = await migrateUp(dataSource, database.url);
      say(applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}`);
    } else {
      say(`Undone: ${await migrateDown(dataSource, { all: values.all === true })}`);
    }
  } catch (error) {
    process.stderr.write(`The migration failed: ${reasonOf(error)}\n`);
    process.exitCode = 1;
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { all: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}
