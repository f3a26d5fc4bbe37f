import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../surroundings/databases.ts';
import { openMails, queueMails } from '../surroundings/notification-queue.ts';
import type { Stage } from '../surroundings/stage.ts';
import type { Users } from '../webhooks.ts';
import { oneMailEach } from './mails.ts';
import type { Measure } from './measure.ts';

const GATEWAYS = 2;
const LATEST_MAIL_MS = 120_000;
const LATEST_DONE_MS = 10_000;

export const notificationDrain: Measure = {
  name: 'notification-drain',
  kind: 'quick',
  async run(stage) {
    const count = stage.isShort ? 2_000 : 10_000;
    const warmUp = { from: 1, count: count / 10 };
    const database = await stage.databases.create({
      sessions: 0,
      users: warmUp.count + stage.rounds * count,
    });
    for (let gateway = 0; gateway < GATEWAYS; gateway += 1) await stage.startGateway(database);
    await drain(stage, database, warmUp);
    const perSecond: number[] = [];
    for (let round = 0; round < stage.rounds; round += 1) {
      stage.progress(`round ${round + 1} of ${stage.rounds}: ${count} mails, ${GATEWAYS} gateways`);
      const users = { from: 1 + warmUp.count + round * count, count };
      perSecond.push(await drain(stage, database, users));
    }
    return [
      {
        what: `mails/s, ${count.toLocaleString('en')} queued, ${GATEWAYS} gateways`,
        values: perSecond,
        unit: '/s',
        goal: { atLeast: 500 },
        detail: 'from the first mail to the last, each sent once',
      },
    ];
  },
};

/** Both gateways are idle when one statement fills the queue, so that neither of them starts earlier. */
async function drain(stage: Stage, database: Database, users: Users): Promise<number> {
  await stage.mail.forget();
  await queueMails(database, users);
  const arrivals = [...(await oneMailEach(stage.mail, users, LATEST_MAIL_MS)).values()].toSorted(
    (a, b) => a - b,
  );
  await requireAllDone(database);
  const first = arrivals.at(0) ?? Number.NaN;
  const last = arrivals.at(-1) ?? Number.NaN;
  return ((users.count - 1) / (last - first)) * 1_000;
}

/** A mail whose job is not completed is sent again. */
async function requireAllDone(database: Database): Promise<void> {
  const deadline = performance.now() + LATEST_DONE_MS;
  let open = await openMails(database);
  while (open > 0 && performance.now() < deadline) {
    await pause(100);
    open = await openMails(database);
  }
  if (open > 0) throw new Error(`Every mail arrived, but ${open} of their jobs are not completed`);
}
