import type { QueryRunner } from 'typeorm';
import type { UsersTableConfig } from '../config/table-name.ts';

/** The one place that writes the platform's table and its columns as SQL. */
export class UsersTable {
  /** Quoted, and with the schema if the configuration names one. */
  readonly sql: string;
  /** The quoted column with the id. */
  readonly id: string;
  /** The quoted column with the mail address. */
  readonly email: string;
  /** For messages: quoted only if PostgreSQL needs the quotes. */
  readonly label: string;

  constructor(readonly config: UsersTableConfig) {
    const names = config.schema === null ? [config.name] : [config.schema, config.name];
    this.sql = names.map(quote).join('.');
    this.label = names.map((name) => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : quote(name))).join('.');
    this.id = quote(config.idColumn);
    this.email = quote(config.emailColumn);
  }
}

/** TypeORM creates the migrations, and gives them nothing but the options of their data source. */
export interface MigrationOptions {
  readonly usersTable: UsersTable;
}

export function usersTableOf({ dataSource }: QueryRunner): UsersTable {
  return (dataSource.options as unknown as MigrationOptions).usersTable;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
