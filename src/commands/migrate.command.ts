import 'reflect-metadata';
import { orExit } from '../config/or-exit.ts';
import { readDatabaseConfig } from '../config/read-config.ts';
import { createMigrationDataSource } from '../database/data-source.ts';
import { type Blocked, describeBlocked } from '../database/lock-retries.ts';
import { migrateDown, migrateUp } from '../database/migrate.ts';
import { requireOwnSessions } from '../database/own-session.ts';
import { UsersTable } from '../database/users-table.ts';
import { jobTables } from '../jobs/boss.ts';
import { printLine, runCommand, UsageError } from './command.ts';

const USAGE = `Usage: npm run migrate -- [up]
       npm run migrate -- down [--all]

  up      applies every pending migration to the database of DATABASE_URL (the default)
  down    reverts the latest migration
  --all   reverts every migration; a users table of the platform stays, with its rows

Needs DATABASE_URL only, and the variables USERS_TABLE… if they are set (docs/users-table.md).
Exit code: 0 success, 1 failure, 2 wrong arguments.
`;

await runCommand({
  usage: USAGE,
  options: { all: { type: 'boolean' } },
  async run({ all: shouldRevertAll = false }, positionals) {
    const [direction = 'up', ...rest] = positionals;
    if (rest.length > 0) throw new UsageError('Give one direction: up or down');
    if (direction === 'down') await revert(shouldRevertAll);
    else if (direction !== 'up') throw new UsageError(`Unknown direction '${direction}'`);
    else if (shouldRevertAll) throw new UsageError('--all belongs to down');
    else await apply();
  },
});

async function apply(): Promise<void> {
  await withDataSource(async (dataSource, jobs) => {
    const applied = await migrateUp(dataSource, jobs, printBlocked);
    printLine(applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}`);
  });
}

async function revert(shouldRevertAll: boolean): Promise<void> {
  await withDataSource(async (dataSource, jobs) => {
    const options = { all: shouldRevertAll, onBlocked: printBlocked };
    printLine(`Reverted: ${await migrateDown(dataSource, jobs, options)}`);
  });
}

function printBlocked(blocked: Blocked): void {
  process.stderr.write(`${describeBlocked(blocked)}\n`);
}

async function withDataSource(
  work: (
    dataSource: ReturnType<typeof createMigrationDataSource>,
    jobs: ReturnType<typeof jobTables>,
  ) => Promise<void>,
): Promise<void> {
  const { url, users } = orExit(() => readDatabaseConfig());
  const dataSource = createMigrationDataSource(url, new UsersTable(users));
  try {
    await requireOwnSessions(url);
    await dataSource.initialize();
    await work(dataSource, jobTables(url));
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}
