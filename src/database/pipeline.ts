/**
 * Awaits statements that were sent on one connection without waiting for each other's results. PostgreSQL runs them in
 * order, and together they cost one round trip. Waits for every result, even after a failure, so that no statement is
 * still running when the transaction rolls back. Then rejects with the first failure.
 */
export async function pipeline<Answers extends unknown[]>(
  ...sent: { [Index in keyof Answers]: Promise<Answers[Index]> }
): Promise<Answers> {
  await Promise.allSettled(sent);
  return Promise.all(sent) as Promise<Answers>;
}
