import { Client } from 'pg';
import { eventually } from './eventually.ts';
import { asOwner } from './test-database.ts';

/** A PostgreSQL connection outside the gateway, which can lock rows, raise errors and end connections. */
export interface DatabaseFaults {
  /** Runs `work` while the lock is held. `release` releases it early. */
  whileLocked<T>(lock: string, work: (release: () => Promise<unknown>) => Promise<T>): Promise<T>;
  /** Resolves when a statement waits for a lock of this connection. */
  untilBlocking(): Promise<unknown>;
  /**
   * Runs `work` while PostgreSQL raises an error with the given SQLSTATE.
   *
   * @param where the trigger, such as `BEFORE UPDATE ON users FOR EACH STATEMENT`
   * @param when a condition on `n`, which counts calls from 0 and is not rolled back
   */
  whileRaising<T>(code: string, where: string, work: () => Promise<T>, when?: string): Promise<T>;
  /** Makes the transactions of new connections read-only, or writable again. */
  setReadOnly(isReadOnly: boolean): Promise<unknown>;
  /** Terminates all other connections to this database. */
  terminateOthers(): Promise<unknown>;
  close(): Promise<void>;
}

export async function openDatabaseFaults(databaseUrl: string): Promise<DatabaseFaults> {
  const client = new Client(asOwner(databaseUrl));
  await client.connect();
  return {
    async whileLocked(lock, work) {
      const release = () => client.query('ROLLBACK');
      await client.query(`BEGIN; ${lock}`);
      return work(release).finally(release);
    },
    untilBlocking: () =>
      eventually(async () => {
        const { rowCount } = await client.query(
          'SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))',
        );
        return rowCount !== 0 || undefined;
      }),
    async whileRaising(code, where, work, when = 'true') {
      const kind = where.startsWith('AFTER') ? 'CONSTRAINT TRIGGER' : 'TRIGGER';
      await client.query(`
        CREATE SEQUENCE fault_count MINVALUE 0;
        GRANT USAGE ON SEQUENCE fault_count TO PUBLIC;
        CREATE FUNCTION raise_fault() RETURNS trigger LANGUAGE plpgsql AS $$
          DECLARE n bigint := nextval('fault_count');
          BEGIN
            IF ${when} THEN RAISE EXCEPTION 'raised by the test' USING ERRCODE = '${code}'; END IF;
            RETURN NEW;
          END $$;
        CREATE ${kind} fault ${where} EXECUTE FUNCTION raise_fault()`);
      try {
        return await work();
      } finally {
        await client.query('DROP FUNCTION raise_fault CASCADE; DROP SEQUENCE fault_count');
      }
    },
    setReadOnly: (isReadOnly) =>
      client.query(
        `ALTER DATABASE ${new URL(databaseUrl).pathname.slice(1)} SET default_transaction_read_only = ${isReadOnly}`,
      ),
    terminateOthers: () =>
      client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      ),
    close: () => client.end(),
  };
}
