import { badSignatures } from './bad-signatures.ts';
import { durableWebhooks } from './durable-webhooks.ts';
import { growth } from './growth.ts';
import type { Measure } from './measure.ts';
import { notificationDrain } from './notification-drain.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { replicas } from './replicas.ts';
import { soak } from './soak.ts';
import { startAndMemory } from './start-and-memory.ts';
import { startVerification } from './start-verification.ts';
import { statusReads } from './status-reads.ts';
import { steadyLoad } from './steady-load.ts';
import { webhookToMail } from './webhook-to-mail.ts';

/** In the order of running and printing. */
export const MEASURES: readonly Measure[] = [
  durableWebhooks,
  oneAtATime,
  steadyLoad,
  badSignatures,
  statusReads,
  startVerification,
  webhookToMail,
  notificationDrain,
  replicas,
  startAndMemory,
  growth,
  soak,
];
