import autocannon from 'autocannon';
import { quantile } from '../statistics.ts';
import type { LoadReport, SaturateOrder } from './orders.ts';
import { prepare } from './requests.ts';

const RESPONSE_TIMEOUT_SECONDS = 20;

export async function saturate({ url, traffic, connections }: SaturateOrder): Promise<LoadReport> {
  const prepared = prepare(traffic);
  const shares = Array.from({ length: connections }, (_, index) =>
    prepared.filter((_request, position) => position % connections === index),
  );
  const statuses: Record<string, number> = {};
  const acknowledged: LoadReport['acknowledged'] = [];
  const latencies: number[] = [];
  const count = (status: string) => (statuses[status] = (statuses[status] ?? 0) + 1);
  let clients = 0;
  let startedAt = 0;
  let endedAt = 0;

  const { promise: isOver, resolve, reject } = Promise.withResolvers<void>();
  const options: autocannon.Options = {
    url,
    connections,
    amount: prepared.length,
    timeout: RESPONSE_TIMEOUT_SECONDS,
    setupClient(client) {
      const share = shares[(clients += 1) - 1] ?? [];
      let answered = 0;
      client.setRequests(share.map(({ method, path, headers, body }) => ({ method, path, headers, body })));
      client.on('response', (status, _bytes, latencyMs) => {
        endedAt = performance.now();
        latencies.push(latencyMs);
        count(String(status));
        const eventKey = share[answered]?.eventKey ?? null;
        if (status === 200 && eventKey !== null)
          acknowledged.push({ eventKey, at: performance.timeOrigin + endedAt });
        answered += 1;
      });
      startedAt = performance.now();
    },
  };
  const run = autocannon(options, (error) => (error instanceof Error ? reject(error) : resolve()));
  run.on('reqError', () => count('none'));
  await isOver;
  return {
    statuses,
    seconds: (endedAt - startedAt) / 1_000,
    latencyMs: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) },
    acknowledged,
  };
}
