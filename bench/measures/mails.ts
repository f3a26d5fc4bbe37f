import { setTimeout as pause } from 'node:timers/promises';
import type { MailArrival, MailSink } from '../surroundings/mail-sink.ts';
import { mailAddressOf, numbersOf, type Users } from '../webhooks.ts';

const POLL_MS = 100;
/** For a mail that should not come. */
const AFTERWARDS_MS = 500;

/**
 * Waits until so many mails have come, and sees that each of the users got one, and nobody two.
 *
 * @returns when, by user, in milliseconds of the epoch
 * @throws Error where one did not come, or one came twice
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
      `${users.count} users were to get one mail each: ${arrivals.length} came, to ${found.length} of them`,
    );
  }
  return new Map(found);
}
