import { createHash } from 'node:crypto';
import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import type { DeliveryRecord, ProviderName } from '../../packages/sandbox/sandbox.ts';
import type { Audited } from './audited.ts';
import { harnessOf } from '../contracts/harnesses.ts';

export interface LedgerFigures {
  /** Deliveries of the providers, including repeated ones. */
  sent: number;
  /** Requests for these deliveries, including failed ones. */
  attempts: number;
  /** Deliveries that got 200. */
  acknowledged: number;
  /** Ledger entries that resulted. */
  applied: number;
  /** Deliveries that got 200 for an event that another delivery had already recorded. */
  duplicates: number;
}

interface LedgerRow {
  provider: string;
  event_key: string;
  source: string;
  is_refused: boolean;
}

export async function compareLedger({ sandbox, database }: Audited) {
  const deliveries = PROVIDER_NAMES.flatMap((name) => sandbox[name].deliveries());
  const { rows } = await database.query<LedgerRow>(
    'SELECT provider, event_key, source, is_refused FROM kyc_events',
  );
  const fromWebhooks = rows.filter(({ source }) => source === 'webhook');
  const held = new Set(rows.filter(({ is_refused }) => !is_refused).map(nameOf));
  const sent = new Set(deliveries.map(keyOf));
  const acknowledged = deliveries.flatMap((delivery) =>
    delivery.attempts.filter(({ status }) => status === 200).map(() => keyOf(delivery)),
  );
  const figures: LedgerFigures = {
    sent: deliveries.length,
    attempts: deliveries.reduce((sum, { attempts }) => sum + attempts.length, 0),
    acknowledged: acknowledged.length,
    applied: fromWebhooks.length,
    duplicates: acknowledged.length - new Set(acknowledged).size,
  };
  return {
    figures,
    undone: deliveries.filter(({ state }) => state !== 'accepted').map(describeDelivery),
    lost: [...new Set(acknowledged)].filter((key) => !held.has(key)),
    invented: fromWebhooks.map(nameOf).filter((key) => !sent.has(key)),
  };
}

function keyOf({ provider, body }: DeliveryRecord): string {
  const id = harnessOf(provider as ProviderName).eventIdIn(body);
  return `${provider} ${id ?? `sha256:${createHash('sha256').update(body).digest('hex')}`}`;
}

function nameOf({ provider, event_key }: LedgerRow): string {
  return `${provider} ${event_key}`;
}

function describeDelivery({ provider, type, state, attempts }: DeliveryRecord): string {
  const answers = attempts.map(({ status, error }) => status ?? error ?? 'no answer');
  return `${provider} ${type} is ${state} after ${attempts.length} attempts: ${answers.slice(-5).join(', ')}`;
}
