import { CANARIES } from '../canaries.ts';
import { randomId } from '../provider/wire.ts';

export interface Account {
  readonly id: string;
  readonly createdAt: Date;
  /** Removed by redaction. */
  referenceId: string | null;
  /** True once one of its inquiries has documents. Persona copies their data to the account. */
  hasDocuments: boolean;
  updatedAt: Date;
  redactedAt: Date | null;
}

export function createAccount(referenceId: string | null): Account {
  const now = new Date();
  return {
    id: `act_${randomId()}`,
    createdAt: now,
    referenceId,
    hasDocuments: false,
    updatedAt: now,
    redactedAt: null,
  };
}

/** An account in the JSON:API shape of version 2025-12-08 (Persona API reference, "Account object"). */
export function accountResource(account: Account): Record<string, unknown> {
  const held = (type: string, value: string) => ({ type, value: account.hasDocuments ? value : null });
  return {
    type: 'account',
    id: account.id,
    attributes: {
      'reference-id': account.referenceId,
      'created-at': account.createdAt.toISOString(),
      'updated-at': account.updatedAt.toISOString(),
      'redacted-at': account.redactedAt?.toISOString() ?? null,
      'account-type-name': 'User',
      fields: {
        'name-first': held('string', CANARIES.firstName),
        'name-last': held('string', CANARIES.lastName),
        birthdate: held('date', CANARIES.birthDate),
        'address-street-1': held('string', CANARIES.address),
      },
      tags: [],
    },
    relationships: {},
  };
}
