import { generateLoad } from '../load/load-generator.ts';
import { requireAllDurable } from './durability.ts';
import { oneMailEach } from './mails.ts';
import type { Measure } from './measure.ts';

const PER_SECOND = 200;
const WARM_UP_SECONDS = 2;
const MAILS_WITHIN_MS = 60_000;

/** The latency for a provider at normal load, far from the limit, while mails are sent. */
export const steadyLoad: Measure = {
  name: 'steady-load',
  kind: 'quick',
  async run(stage) {
    const seconds = stage.isShort ? 5 : 60;
    const database = await stage.databases.create({ sessions: PER_SECOND * (WARM_UP_SECONDS + seconds) });
    const { url } = await stage.startGateway(database);
    let from = 1;

    async function send(count: number): Promise<{ p50: number; p99: number }> {
      const users = { from, count };
      from += count;
      const report = await generateLoad({
        how: 'pace',
        url,
        perSecond: PER_SECOND,
        traffic: { kind: 'approvals', secret: stage.webhookSecret, users },
      });
      await requireAllDurable('gateway', report, count, database, users);
      return report.latencyMs;
    }

    // A new process is slow at first, so the first requests are not measured.
    const warmUp = PER_SECOND * WARM_UP_SECONDS;
    await stage.mail.forget();
    await send(warmUp);
    // Waits for the mails of the warm-up, so that they are not counted later.
    await oneMailEach(stage.mail, { from: 1, count: warmUp }, MAILS_WITHIN_MS);
    await stage.mail.forget();
    stage.progress(`${PER_SECOND} webhooks a second for ${seconds} s, once`);
    const count = PER_SECOND * seconds;
    const { p50, p99 } = await send(count);
    const mails = await stage.mail.count();
    return [
      {
        what: `acknowledgement at ${PER_SECOND} webhooks/s (p99)`,
        values: [p99],
        unit: 'ms',
        goal: { atMost: 50 },
        detail: `p50 ${p50.toFixed(1)} ms; ${shown(count)} webhooks in ${seconds} s, once, and ${shown(mails)} mails meanwhile`,
      },
    ];
  },
};

function shown(count: number): string {
  return count.toLocaleString('en');
}
