import { durableWebhooks } from './durable-webhooks.ts';
import type { Measure } from './measure.ts';

/** In the order in which they are run and printed. */
export const MEASURES: readonly Measure[] = [durableWebhooks];
