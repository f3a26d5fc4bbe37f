import { generateLoad } from '../load/load-generator.ts';
import { median, quantile } from '../statistics.ts';
import type { Database } from '../surroundings/databases.ts';
import type { Program } from '../surroundings/program.ts';
import type { Stage } from '../surroundings/stage.ts';
import { eventKeyOf, type Users } from '../webhooks.ts';
import { requireAllDurable } from './durability.ts';
import { oneMailEach } from './mails.ts';
import type { Measure } from './measure.ts';

const PER_SECOND = 50;
const WARM_UP_SECONDS = 5;
const LATEST_MAIL_MS = 15_000;

interface Round {
  p50: number;
  p95: number;
  p99: number;
}

export const webhookToMail: Measure = {
  name: 'webhook-to-mail',
  kind: 'quick',
  async run(stage) {
    const seconds = stage.isShort ? 5 : 20;
    const warmUp = { from: 1, count: WARM_UP_SECONDS * PER_SECOND };
    const count = seconds * PER_SECOND;
    const database = await stage.databases.create({ sessions: warmUp.count + stage.rounds * count });
    const gateway = await stage.startGateway(database);
    await deliver(stage, gateway, database, warmUp);
    const rounds: Round[] = [];
    for (let round = 0; round < stage.rounds; round += 1) {
      stage.progress(`round ${round + 1} of ${stage.rounds}: ${PER_SECOND} webhooks/s for ${seconds} s`);
      const users = { from: 1 + warmUp.count + round * count, count };
      const waits = await deliver(stage, gateway, database, users);
      rounds.push({ p50: quantile(waits, 0.5), p95: quantile(waits, 0.95), p99: quantile(waits, 0.99) });
    }
    stage.record('webhook-to-mail', rounds);
    const ms = (read: (round: Round) => number) => `${median(rounds.map(read)).toFixed(1)} ms`;
    return [
      {
        what: `from 200 to the mail at ${PER_SECOND} webhooks/s (p95)`,
        values: rounds.map(({ p95 }) => p95),
        unit: 'ms',
        goal: { atMost: 250 },
        detail: `p50 ${ms(({ p50 }) => p50)}, p99 ${ms(({ p99 }) => p99)}`,
      },
    ];
  },
};

/** Returns the milliseconds from the response to each user's webhook until the mail. */
async function deliver(stage: Stage, gateway: Program, database: Database, users: Users): Promise<number[]> {
  await stage.mail.forget();
  const report = await generateLoad({
    how: 'pace',
    url: gateway.url,
    perSecond: PER_SECOND,
    traffic: { kind: 'approvals', secret: stage.webhookSecret, users },
  });
  await requireAllDurable('the gateway', report, users.count, database, users);
  const mailedAt = await oneMailEach(stage.mail, users, LATEST_MAIL_MS);
  const answeredAt = new Map(report.acknowledged.map(({ eventKey, at }) => [eventKey, at]));
  return [...mailedAt].map(([user, at]) =>
    // A mail that arrives before the response counts as zero.
    Math.max(0, at - (answeredAt.get(eventKeyOf(user)) ?? Number.NaN)),
  );
}
