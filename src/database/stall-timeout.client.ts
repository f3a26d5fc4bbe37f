import pg from 'pg';
import { isUnusableConnection } from '../common/database-failure.ts';
import { withStatementName } from './prepared-statements.ts';

/** Longer than the server's limit for a statement, so only a server that has disappeared takes this long. */
const STALL_TIMEOUT_MS = 6_000;

/**
 * Closes the connection when PostgreSQL returns no result for six seconds. If the server disappears (power, network,
 * fail-over), TCP keeps the connection and its callers waiting for a quarter of an hour. The driver's `query_timeout`
 * is no solution: it returns the connection to the pool in the middle of a transaction.
 *
 * Also closes a connection on which statements fail that would succeed on another connection.
 */
export class StallTimeoutClient extends pg.Client {
  private pending = 0;
  /** Restarts with each result, because PostgreSQL has not begun a statement that waits behind others. */
  private stallTimeout: NodeJS.Timeout | undefined;

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // The pool listens for errors while the connection is idle, and TypeORM listens while it is in use. In between, an
    // error without a listener would end the process. The next statement fails anyway.
    this.on('error', () => undefined);
  }

  /** Whether the connection was opened with an earlier login. */
  get isOutdated(): boolean {
    return false;
  }

  /** Limits only calls that return a promise, because TypeORM and pg-boss make no others. */
  override query(...args: unknown[]): never {
    const result = (super.query as (...args: unknown[]) => unknown).apply(this, withStatementName(args));
    if (result instanceof Promise) {
      this.pending += 1;
      if (this.pending === 1) {
        this.stallTimeout = setTimeout(() => this.connection.stream.destroy(), STALL_TIMEOUT_MS);
      }
      result.then(
        () => this.noteResult(),
        (error: unknown) => {
          this.noteResult();
          if (isUnusableConnection(error)) void this.end();
        },
      );
    }
    return result as never;
  }

  private noteResult(): void {
    this.pending -= 1;
    if (this.pending === 0) clearTimeout(this.stallTimeout);
    else this.stallTimeout?.refresh();
  }
}

/** Returns a client class for a pool. Each new connection uses the URL of that moment, because its password may change. */
export function clientWithUrl(url: () => string): typeof StallTimeoutClient {
  return class extends StallTimeoutClient {
    private readonly urlOfConnection: string;

    constructor(config?: string | pg.ClientConfig) {
      const connectionString = url();
      super({ ...(typeof config === 'object' ? config : {}), connectionString });
      this.urlOfConnection = connectionString;
    }

    override get isOutdated(): boolean {
      return this.urlOfConnection !== url();
    }
  };
}
