import 'reflect-metadata';
import type { EntityManager } from 'typeorm';
import { orExit } from '../config/or-exit.ts';
import { readDatabaseConfig } from '../config/read-config.ts';
import { createDataSource } from '../database/data-source.ts';
import { migrationState, requireFit } from '../database/requirements.ts';
import { UsersTable } from '../database/users-table.ts';
import { createLogger } from '../http/logging.ts';
import { printLine } from './command.ts';

const PROGRESS_MS = 2_000;

export interface ImportRun {
  /** All statements use one connection, because a temporary table belongs to it. */
  manager: EntityManager;
  users: UsersTable;
  /** After a first Ctrl-C. The transaction in progress is completed. */
  isStopped(): boolean;
  /** Prints the text at most every two seconds, and only to a terminal. */
  progress(text: () => string): void;
  /** Writes the line of the audit log. */
  log(line: { event: string; actor: string; batch: string } & Record<string, string | number>): void;
}

export async function withImportRun<T>(work: (run: ImportRun) => Promise<T>): Promise<T> {
  const { url, users } = orExit(() => readDatabaseConfig());
  const usersTable = new UsersTable(users);
  const dataSource = createDataSource({ url, poolSize: 1 });
  let isStopped = false;
  let shownAt = Date.now();
  // npm repeats the signal of the terminal, so a second one means nothing.
  const stop = () => {
    isStopped = true;
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  try {
    await dataSource.initialize();
    if ((await migrationState(dataSource)).pending.length > 0) {
      throw new Error('The database is not up to date. Run `npm run migrate -- up` first.');
    }
    await requireFit(dataSource, usersTable);
    const connection = dataSource.createQueryRunner();
    try {
      return await work({
        manager: connection.manager,
        users: usersTable,
        isStopped: () => isStopped,
        progress: (text) => {
          if (!process.stderr.isTTY || Date.now() - shownAt < PROGRESS_MS) return;
          shownAt = Date.now();
          process.stderr.write(`${text()}\n`);
        },
        log: (line) => createLogger('info', process.stdout).warn(line),
      });
    } finally {
      await connection.release();
    }
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}

export function printCounts(counts: readonly (readonly [name: string, count: number])[]): void {
  const width = Math.max(...counts.map(([name]) => name.length));
  for (const [name, count] of counts) printLine(`  ${name.padEnd(width)}  ${String(count).padStart(9)}`);
}
