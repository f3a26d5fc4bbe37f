import { randomBytes } from 'node:crypto';

export interface BatchId {
  text: string;
  /** Every event of the batch has a greater id in the ledger. */
  eventsAfter: bigint;
}

/** The id contains the position in the ledger, because no index leads from a batch to its events. */
export function newBatchId(lastEventId: string): string {
  return `${lastEventId}-${randomBytes(4).toString('hex')}`;
}

export function parseBatchId(text: string): BatchId | null {
  const [, position] = /^(\d{1,18})-[0-9a-f]{8}$/.exec(text) ?? [];
  return position === undefined ? null : { text, eventsAfter: BigInt(position) };
}
