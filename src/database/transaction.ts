import type { DataSource, EntityManager } from 'typeorm';

/**
 * Like `dataSource.transaction`, without waiting for the answer to START TRANSACTION: what the work asks for first is
 * sent along with it. Should START fail, that is done outside of any transaction, so it has to be a lock, a read, or
 * something that looks for itself, as `LedgerRepository.append` does; what comes after it is not sent. Nothing that the work sends
 * may be left unawaited. TypeORM knows of no transaction here: `save`, `remove` and a `find` with `lock` are not for here.
 */
export async function transaction<T>(
  dataSource: DataSource,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.connect();
    const start = runner.query('START TRANSACTION');
    // A runner that has been released refuses whatever else the work asks for.
    start.catch(() => runner.release());
    const [, result] = await pipeline(start, work(runner.manager));
    await runner.query('COMMIT');
    return result;
  } catch (error) {
    // Where the connection is gone, so is the transaction.
    await runner.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}

/**
 * For statements of one connection that do not need each other's answers: PostgreSQL runs them one after the other, and
 * they cost one round trip together. Waits for all the answers, whatever they are, so that none is still on its way
 * when a transaction is undone; then rejects with the first that failed.
 */
export async function pipeline<Answers extends unknown[]>(
  ...sent: { [Index in keyof Answers]: Promise<Answers[Index]> }
): Promise<Answers> {
  await Promise.allSettled(sent);
  return Promise.all(sent) as Promise<Answers>;
}
