import pg from 'pg';
import { withStatementName } from './prepared-statements.ts';

/** Longer than the server's limit for a statement, so that only a server that is gone lets this time pass. */
const STALL_TIMEOUT_MS = 6_000;

/**
 * Closes the connection when PostgreSQL answers no statement for six seconds. If the server disappears (power, network,
 * fail-over), TCP keeps the connection and its callers waiting for a quarter of an hour. The driver's `query_timeout`
 * is no solution: it returns the connection to the pool in the middle of a transaction.
 */
export class StallTimeoutClient extends pg.Client {
  private pending = 0;
  /** Restarts with each result, because a statement that waits behind others has not begun. */
  private stallTimeout: NodeJS.Timeout | undefined;

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // The pool listens for errors while the connection is idle, and TypeORM while it is in use. Between the two there
    // is no listener, and an error without a listener ends the process. The next statement fails anyway.
    this.on('error', () => undefined);
  }

  /** Limits only calls that return a promise. TypeORM and pg-boss make no others. */
  override query(...args: unknown[]): never {
    const result = (super.query as (...args: unknown[]) => unknown).apply(this, withStatementName(args));
    if (result instanceof Promise) {
      this.pending += 1;
      if (this.pending === 1) {
        this.stallTimeout = setTimeout(() => this.connection.stream.destroy(), STALL_TIMEOUT_MS);
      }
      const settled = () => this.noteResult();
      result.then(settled, settled);
    }
    return result as never;
  }

  private noteResult(): void {
    this.pending -= 1;
    if (this.pending === 0) clearTimeout(this.stallTimeout);
    else this.stallTimeout?.refresh();
  }
}
