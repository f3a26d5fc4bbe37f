import type { BurstOrder, LoadReport } from './orders.ts';
import { pace } from './pace.ts';

/** Like pace(), but all requests are due at once, each on its own connection. */
export function burst({ url, traffic }: BurstOrder): Promise<LoadReport> {
  return pace({ how: 'pace', url, traffic, perSecond: Number.POSITIVE_INFINITY }, null);
}
