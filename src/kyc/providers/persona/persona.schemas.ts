import { z } from 'zod';
import { DeliveryMalformedError, ProviderUnavailableError } from '../provider-errors.ts';
import { isInquiryEvent } from './persona.outcomes.ts';

/**
 * Each webhook has its own casing (kebab, camel or snake); we write camel. Only what a schema names is looked at: the
 * rest is personal data, and not for us.
 */
function objectOf<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape).map((name) => ({ name, spellings: spellingsOf(name) }));
  const pick = (json: unknown): unknown => {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
    const given = json as Record<string, unknown>;
    const picked: Record<string, unknown> = {};
    for (const { name, spellings } of names) {
      const spelling = spellings.find((each) => Object.hasOwn(given, each));
      if (spelling !== undefined) picked[name] = given[spelling];
    }
    return picked;
  };
  return z.preprocess(pick, z.object(shape));
}

function spellingsOf(name: string): string[] {
  const joinedBy = (sign: string) => name.replace(/[A-Z]/g, (letter) => sign + letter.toLowerCase());
  return [...new Set([joinedBy('-'), joinedBy('_'), name])];
}

/** Opaque to us but kept in a column: no longer than that, and without control characters, which it may not hold. */
const Id = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u);
const Reference = z
  .union([Id, z.literal('')])
  .nullish()
  .transform((id) => id || null);
const Time = z.iso
  .datetime({ offset: true })
  .max(64)
  .transform((text) => new Date(text));
const OptionalTime = Time.nullish().transform((time) => time ?? null);
const OneTimeLink = z.url({ protocol: /^https?$/ }).max(8_192);

/** `GET /inquiries/{id}`, and what creating and resuming answer. `meta` is filled only where it was asked for. */
export const InquiryAnswer = objectOf({
  data: objectOf({
    id: Id,
    attributes: objectOf({
      status: Id,
      referenceId: Reference,
      updatedAt: OptionalTime,
      startedAt: OptionalTime,
      completedAt: OptionalTime,
      markedForReviewAt: OptionalTime,
      decisionedAt: OptionalTime,
      failedAt: OptionalTime,
      expiredAt: OptionalTime,
      expiresAt: OptionalTime,
    }),
  }),
  meta: objectOf({
    sessionToken: z.string().min(1).max(8_192).nullish(),
    oneTimeLink: OneTimeLink.nullish(),
  }).nullish(),
});
export type Inquiry = z.output<typeof InquiryAnswer>;

/** An inquiry as far as redacting needs to know it. Redacting its account takes its reference id away. An empty relationship is `{data: null}` or `{data: {}}`. */
export const ErasableInquiry = objectOf({
  data: objectOf({
    id: Id,
    attributes: objectOf({ referenceId: Reference, redactedAt: OptionalTime }),
    relationships: objectOf({
      account: objectOf({ data: objectOf({ id: Id.optional() }).nullish() }).nullish(),
    }).nullish(),
  }),
});

/** `GET /accounts/{id}`, and what redacting one answers. */
export const AccountAnswer = objectOf({
  data: objectOf({
    id: Id,
    attributes: objectOf({ referenceId: Reference, redactedAt: OptionalTime }),
  }),
});

/** `POST /inquiries/{id}/generate-one-time-link` */
export const LinkAnswer = objectOf({ meta: objectOf({ oneTimeLink: OneTimeLink }) });

const Envelope = objectOf({
  data: objectOf({
    id: Id,
    attributes: objectOf({ name: Id, createdAt: Time, payload: z.unknown() }),
  }),
});

/** A webhook may be set up to leave out any attribute, so none is counted on. */
const InquiryPayload = objectOf({
  data: objectOf({ id: Id, attributes: objectOf({ referenceId: Reference }).nullish() }),
});

export interface PersonaEvent {
  id: string;
  name: string;
  createdAt: Date;
  /** `null` where the event is about something else than an inquiry. */
  inquiryId: string | null;
  referenceId: string | null;
}

/** @throws ProviderUnavailableError if the answer is not of the documented shape */
export function readAnswer<Schema extends z.ZodType>(schema: Schema, json: unknown): z.output<Schema> {
  const answer = schema.safeParse(json);
  if (answer.success) return answer.data;
  throw new ProviderUnavailableError('persona', `undocumented answer: ${places(answer.error)}`);
}

/** @throws DeliveryMalformedError */
export function readEvent(body: Buffer): PersonaEvent {
  const envelope = Envelope.safeParse(parseJson(body));
  if (!envelope.success) throw new DeliveryMalformedError(`persona event: ${places(envelope.error)}`);
  const { id, attributes } = envelope.data.data;
  const { name, createdAt } = attributes;
  // What other objects call their id or reference id is neither our session nor our user.
  if (!isInquiryEvent(name)) return { id, name, createdAt, inquiryId: null, referenceId: null };

  const payload = InquiryPayload.safeParse(attributes.payload);
  if (!payload.success) throw new DeliveryMalformedError(`persona event's payload: ${places(payload.error)}`);
  const inquiry = payload.data.data;
  return { id, name, createdAt, inquiryId: inquiry.id, referenceId: inquiry.attributes?.referenceId ?? null };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    // The parser's own message quotes the body.
    throw new DeliveryMalformedError('persona event: not JSON');
  }
}

/** Where the shape differs, never what stands there. */
function places(error: z.ZodError): string {
  return error.issues.map(({ path, code }) => `${path.join('.')} (${code})`).join(', ');
}
