/** Who has asked for an erasure: the user himself, or an operator, by the name he gave. */
export type Asker = { kind: 'user' } | { kind: 'operator'; name: string };

/** As it stands in `kyc_erasures.requested_by`. */
export function nameOf(asker: Asker): string {
  return asker.kind === 'user' ? 'user' : asker.name;
}
