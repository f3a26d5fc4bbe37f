import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { quantile } from '../statistics.ts';
import type { LoadReport, PaceOrder } from './orders.ts';
import { prepare } from './requests.ts';

const CONNECTIONS = 64;
const TIMEOUT_MS = 20_000;

/** @param connections the maximum; `null` opens a connection for every request that otherwise has to wait */
export async function pace(
  { url, traffic, perSecond }: PaceOrder,
  connections: number | null = CONNECTIONS,
): Promise<LoadReport> {
  const prepared = prepare(traffic);
  const pool = new Pool(url, { connections, headersTimeout: TIMEOUT_MS });
  const statuses: Record<string, number> = {};
  const acknowledged: LoadReport['acknowledged'] = [];
  const latencies: number[] = [];
  const sending: Promise<void>[] = [];
  const startedAt = performance.now();

  /** @param dueMs the planned time; a late start counts as part of the latency */
  async function send({ eventKey, ...request }: (typeof prepared)[number], dueMs: number): Promise<void> {
    const status = await pool.request(request).then(
      async ({ statusCode, body }) => {
        await body.dump();
        return String(statusCode);
      },
      () => 'none',
    );
    const answeredMs = performance.now();
    latencies.push(answeredMs - dueMs);
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (status === '200' && eventKey !== null) {
      acknowledged.push({ eventKey, at: performance.timeOrigin + answeredMs });
    }
  }

  for (const [index, request] of prepared.entries()) {
    const dueMs = startedAt + (index / perSecond) * 1_000;
    const earlyMs = dueMs - performance.now();
    if (earlyMs > 0) await pause(earlyMs);
    sending.push(send(request, dueMs));
  }
  await Promise.all(sending);
  const seconds = (performance.now() - startedAt) / 1_000;
  await pool.close();
  return {
    statuses,
    seconds,
    latencyMs: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) },
    acknowledged,
  };
}
