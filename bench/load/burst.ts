import type { BurstOrder, LoadReport } from './orders.ts';
import { pace } from './pace.ts';

/** As pace, but all are due at once, and nobody waits for another's connection. */
export function burst({ url, traffic }: BurstOrder): Promise<LoadReport> {
  return pace({ how: 'pace', url, traffic, perSecond: Number.POSITIVE_INFINITY }, null);
}
