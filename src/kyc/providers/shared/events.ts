import { createHash } from 'node:crypto';
import type { KycEvent } from '../kyc-provider.ts';
import { ProviderUnavailableError } from '../provider-errors.ts';

const MAX_KEY_LENGTH = 255;

/** Hashes the parts if they are longer than the column. */
export function boundedKey(...parts: readonly string[]): string {
  const key = `poll:${parts.join(':')}`;
  return key.length <= MAX_KEY_LENGTH ? key : `poll:sha256:${sha256(key)}`;
}

/** For providers that send no event id. A repeated delivery has the same bytes. */
export function bodyKey(body: Buffer): string {
  return `sha256:${sha256(body)}`;
}

/**
 * Without a time, the ledger cannot order a decision among the other events. An event that decides nothing needs no
 * time.
 * @throws ProviderUnavailableError, so that the gateway reads the decision again later
 */
export function requireDated(event: KycEvent): KycEvent {
  const { provider, outcome, occurredAt } = event;
  if (occurredAt !== null || (outcome !== 'approved' && outcome !== 'declined')) return event;
  throw new ProviderUnavailableError(provider, `the decision (${outcome}) has no time`);
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
