import { isSignedWithAny } from '../../../common/hmac.ts';
import type { Delivery, ReceivedEvent } from '../kyc-provider.ts';
import { SignatureRefusedError } from '../provider-errors.ts';
import { parseDelivery, receiveJson } from '../shared/deliveries.ts';
import { isInquiryEvent, outcomeOfEvent, PERSONA } from './persona.mapping.ts';
import { inquiryPayloadSchema, webhookSchema } from './persona.schemas.ts';

export const SIGNATURE_HEADER = 'persona-signature';

/**
 * The gateway chose this tolerance, because Persona documents none. Persona signs each retry again, so only the network
 * can delay a genuine delivery.
 */
const TOLERANCE_MS = 300_000;
/**
 * The user showed a verification from before, so the inquiry can be decided without another event. Persona does not
 * document which status it has then, so the inquiry is read.
 */
const REUSED = 'inquiry.reusable-persona-used';
const MAX_HEADER_LENGTH = 1024;
const MAX_GROUPS = 4;
const UNIX_SECONDS = /^\d{1,12}$/;
const SHA256_HEX = /^[0-9a-f]{64}$/i;

export interface PersonaWebhookOptions {
  /** Newest first, each with its prefix `wbhsec_`. */
  secrets: readonly string[];
  isCompletedApproved: boolean;
}

interface SignatureGroup {
  /** Kept exactly as in the header, because the signature covers these characters. */
  t: string;
  v1: string;
}

export function receiveDelivery(delivery: Delivery, options: PersonaWebhookOptions): ReceivedEvent {
  verifySignature(delivery.headers[SIGNATURE_HEADER], delivery.body, options.secrets, delivery.receivedAt);
  return receiveJson(PERSONA, delivery.body, (json) => read(json, options));
}

function read(json: unknown, options: PersonaWebhookOptions): ReceivedEvent {
  const { id, attributes } = parseDelivery(webhookSchema, json).data;
  const subject = isInquiryEvent(attributes.name) ? subjectOf(attributes.payload) : NO_SUBJECT;
  return {
    provider: PERSONA,
    eventKey: id,
    ...subject,
    ...outcomeOfEvent(attributes.name, options.isCompletedApproved),
    occurredAt: attributes.createdAt,
    lookup: attributes.name === REUSED ? subject.sessionId : null,
  };
}

type Subject = Pick<ReceivedEvent, 'sessionId' | 'reference'>;

/** An event about another object names ids that are neither a session nor a user of the gateway. */
const NO_SUBJECT: Subject = { sessionId: null, reference: null };

function subjectOf(payload: unknown): Subject {
  const { id, attributes } = parseDelivery(inquiryPayloadSchema, payload).data;
  return { sessionId: id, reference: attributes?.referenceId ?? null };
}

/**
 * The header is `t=<unix seconds>,v1=<hex>`. During a rotation of secrets it contains two such groups with a space
 * between them. The delivery is valid if a single group matches a single secret. The MAC covers `<t>.<raw body>`. Its
 * key is the complete secret, including the prefix.
 * @throws SignatureRefusedError and no other error; its message is for the log and repeats nothing of the header
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
  if (fresh.length === 0) throw refused('the time of signing differs from the clock by more than 300 s');
  if (!fresh.some(({ t, v1 }) => isSignedWithAny(secrets, v1, `${t}.`, body))) {
    throw refused('no configured secret produces this signature for these bytes');
  }
}

/**
 * Splits at white space first and at commas second. In the other order, the first `v1` would contain the second `t`.
 */
function parseSignatureHeader(header: unknown): SignatureGroup[] {
  if (header === undefined) throw refused('the header is missing');
  if (typeof header !== 'string') throw refused('the header is not one string');
  if (header.length > MAX_HEADER_LENGTH) throw refused('the header is too long');
  const groups = header.split(/[ \t]+/).filter((group) => group !== '');
  if (groups.length === 0) throw refused('the header is empty');
  if (groups.length > MAX_GROUPS) throw refused('the header has too many groups');
  return groups.map(parseGroup);
}

/** Ignores schemes other than `v1`, because none of them can replace `v1`. */
function parseGroup(group: string): SignatureGroup {
  const values = new Map<string, string>();
  for (const part of group.split(',')) {
    const [, key, value] = /^(\w+)=(.*)$/.exec(part) ?? [];
    if (key === undefined || value === undefined) throw refused('a part does not have the form key=value');
    if (values.has(key)) throw refused('a group contains a key twice');
    values.set(key, value);
  }
  const t = values.get('t') ?? '';
  const v1 = values.get('v1') ?? '';
  if (!UNIX_SECONDS.test(t)) throw refused('a group has no t in Unix seconds');
  if (!SHA256_HEX.test(v1)) throw refused('a group has no v1 with 64 hexadecimal digits');
  return { t, v1 };
}

function refused(situation: string): SignatureRefusedError {
  return new SignatureRefusedError(`${SIGNATURE_HEADER}: ${situation}`);
}
