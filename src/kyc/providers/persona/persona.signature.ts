import { isSignedWithAny } from '../../../common/hmac.ts';
import { SignatureRefusedError } from '../provider-errors.ts';

export const SIGNATURE_HEADER = 'persona-signature';

/** Persona documents none; each retry is signed anew, so a true delivery is never much older than the network. */
const TOLERANCE_MS = 300_000;
const MAX_HEADER_LENGTH = 1024;
const MAX_GROUPS = 4;
const UNIX_SECONDS = /^\d{1,12}$/;
const SHA256_HEX = /^[0-9a-f]{64}$/i;

interface SignatureGroup {
  /** As it was written, for these characters are signed. */
  t: string;
  v1: string;
}

/**
 * The header is `t=<unix seconds>,v1=<hex>`, and while a secret is rotated two such groups with a space between.
 * One group under one secret suffices. The MAC covers `<t>.<raw body>`; its key is the whole secret, prefix and all.
 *
 * @throws SignatureRefusedError and nothing else, with a message for the log that repeats nothing of the header
 */
export function verifySignature(
  header: unknown,
  body: Buffer,
  secrets: readonly string[],
  receivedAt: Date,
): void {
  if (!secrets.some((secret) => secret !== '')) throw refused('no secret is configured');
  const groups = parseSignatureHeader(header);
  const fresh = groups.filter(({ t }) => Math.abs(receivedAt.getTime() - Number(t) * 1000) <= TOLERANCE_MS);
  if (fresh.length === 0) throw refused('the time of signing is more than 300 s away from our clock');
  if (!fresh.some(({ t, v1 }) => isSignedWithAny(secrets, v1, `${t}.`, body))) {
    throw refused('no configured secret makes this signature over these bytes');
  }
}

/** Groups are split at white space before anything is split at a comma, else the first `v1` swallows the second `t`. */
function parseSignatureHeader(header: unknown): SignatureGroup[] {
  if (header === undefined) throw refused('the header is missing');
  if (typeof header !== 'string') throw refused('the header is not one string');
  if (header.length > MAX_HEADER_LENGTH) throw refused('the header is too long');
  const groups = header.split(/[ \t]+/).filter((group) => group !== '');
  if (groups.length === 0) throw refused('the header is empty');
  if (groups.length > MAX_GROUPS) throw refused('the header has too many groups');
  return groups.map(parseGroup);
}

/** Other schemes than `v1` are passed over: none of them may replace it. */
function parseGroup(group: string): SignatureGroup {
  const values = new Map<string, string>();
  for (const part of group.split(',')) {
    const [, key, value] = /^(\w+)=(.*)$/.exec(part) ?? [];
    if (key === undefined || value === undefined) throw refused('a part is not written key=value');
    if (values.has(key)) throw refused('a key stands twice in one group');
    values.set(key, value);
  }
  const t = values.get('t') ?? '';
  const v1 = values.get('v1') ?? '';
  if (!UNIX_SECONDS.test(t)) throw refused('a group has no t in unix seconds');
  if (!SHA256_HEX.test(v1)) throw refused('a group has no v1 of 64 hex digits');
  return { t, v1 };
}

function refused(situation: string): SignatureRefusedError {
  return new SignatureRefusedError(`${SIGNATURE_HEADER}: ${situation}`);
}
