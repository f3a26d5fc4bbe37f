/** The load generator runs in a separate process, so that its work is not measured as part of the program. */
import { burst } from './burst.ts';
import type { LoadReport, Order } from './orders.ts';
import { pace } from './pace.ts';
import { saturate } from './saturate.ts';

process.on('disconnect', () => process.exit());
process.on('message', (order: Order) => {
  generate(order).then(
    (report) => process.send?.({ report }),
    (error: unknown) => process.send?.({ failure: error instanceof Error ? error.message : String(error) }),
  );
});

function generate(order: Order): Promise<LoadReport> {
  if (order.how === 'saturate') return saturate(order);
  return order.how === 'burst' ? burst(order) : pace(order);
}
