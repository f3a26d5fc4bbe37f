import { setTimeout as pause } from 'node:timers/promises';
import type { MailArrival, MailSink } from '../surroundings/mail-sink.ts';
import { mailAddressOf, numbersOf, type Users } from '../webhooks.ts';

const POLL_MS = 100;
/** How long to wait for a duplicate mail. */
const AFTERWARDS_MS = 500;

/**
 * Waits until each user has received exactly one mail.
 *
 * @returns the time by user, in epoch milliseconds
 * @throws Error if a mail is missing or was sent twice
 */
export async function oneMailEach(
  mail: MailSink,
  users: Users,
  withinMs: number,
): Promise<Map<number, number>> {
  const deadline = performance.now() + withinMs;
  while ((await mail.count()) < users.count && performance.now() < deadline) await pause(POLL_MS);
  await pause(AFTERWARDS_MS);
  const arrivals: MailArrival[] = await mail.arrivals();
  const arrivedAt = new Map(arrivals.map(({ to, at }) => [to, at]));
  const found = numbersOf(users).flatMap((number): [number, number][] => {
    const at = arrivedAt.get(mailAddressOf(number));
    return at === undefined ? [] : [[number, at]];
  });
  if (found.length !== users.count || arrivals.length !== users.count) {
    throw new Error(
      `Expected one mail for each of ${users.count} users, got ${arrivals.length} mails for ${found.length} users`,
    );
  }
  return new Map(found);
}
