/** The load generator: a process of its own, so that what it does is not measured as somebody else's time. */
import type { Order } from './orders.ts';
import { pace } from './pace.ts';
import { saturate } from './saturate.ts';

process.on('disconnect', () => process.exit());
process.on('message', (order: Order) => {
  const done = order.how === 'saturate' ? saturate(order) : pace(order);
  done.then(
    (report) => process.send?.({ report }),
    (error: unknown) => process.send?.({ failure: error instanceof Error ? error.message : String(error) }),
  );
});
