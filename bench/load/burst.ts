import type { BurstOrder, LoadReport } from './orders.ts';
import { pace } from './pace.ts';

/** Sends all requests at once, each on its own connection. */
export function burst({ url, traffic }: BurstOrder): Promise<LoadReport> {
  return pace({ how: 'pace', url, traffic, perSecond: Number.POSITIVE_INFINITY }, null);
}
