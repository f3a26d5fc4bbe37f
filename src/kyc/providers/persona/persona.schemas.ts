import camelcaseKeys from 'camelcase-keys';
import { z } from 'zod';
import { DeliveryMalformedError, ProviderUnavailableError } from '../provider-errors.js';
import { isInquiryEvent } from './persona.outcomes.js';

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
export const InquiryAnswer = z.looseObject({
  data: z.looseObject({
    id: Id,
    attributes: z.looseObject({
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
  meta: z
    .looseObject({ sessionToken: z.string().min(1).max(8_192).nullish(), oneTimeLink: OneTimeLink.nullish() })
    .nullish(),
});
export type Inquiry = z.output<typeof InquiryAnswer>;

/** An inquiry as far as redacting needs to know it. Redacting its account takes its reference id away. An empty relationship is `{data: null}` or `{data: {}}`. */
export const ErasableInquiry = z.looseObject({
  data: z.looseObject({
    id: Id,
    attributes: z.looseObject({ referenceId: Reference, redactedAt: OptionalTime }),
    relationships: z
      .looseObject({
        account: z.looseObject({ data: z.looseObject({ id: Id.optional() }).nullish() }).nullish(),
      })
      .nullish(),
  }),
});

/** `GET /accounts/{id}`, and what redacting one answers. */
export const AccountAnswer = z.looseObject({
  data: z.looseObject({
    id: Id,
    attributes: z.looseObject({ referenceId: Reference, redactedAt: OptionalTime }),
  }),
});

/** `POST /inquiries/{id}/generate-one-time-link` */
export const LinkAnswer = z.looseObject({ meta: z.looseObject({ oneTimeLink: OneTimeLink }) });

const Envelope = z.looseObject({
  data: z.looseObject({
    id: Id,
    attributes: z.looseObject({ name: Id, createdAt: Time, payload: z.unknown() }),
  }),
});

/** A webhook may be set up to leave out any attribute, so none is counted on. */
const InquiryPayload = z.looseObject({
  data: z.looseObject({ id: Id, attributes: z.looseObject({ referenceId: Reference }).nullish() }),
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
  const answer = schema.safeParse(camelCased(json));
  if (answer.success) return answer.data;
  throw new ProviderUnavailableError('persona', `undocumented answer: ${places(answer.error)}`);
}

/** @throws DeliveryMalformedError */
export function readEvent(body: Buffer): PersonaEvent {
  const envelope = Envelope.safeParse(camelCased(parseJson(body)));
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

const PASSED_OVER = ['', 'data.attributes.payload.'].flatMap((root) => [
  `${root}data.attributes.fields`,
  `${root}data.relationships`,
  `${root}included`,
]);

/**
 * Each webhook has its own casing (kebab, camel or snake); we read camel. What holds personal data and is not for
 * us is not walked.
 */
/** What is no name in any of the casings stays as it is: `"name "` is not `name`, and `NAME` is not either. */
const NO_NAME = /^(?![a-z][a-zA-Z0-9]*(?:[-_][a-zA-Z0-9]+)*$)/;

function camelCased(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json;
  try {
    return camelcaseKeys(json as Record<string, unknown>, {
      deep: true,
      stopPaths: PASSED_OVER,
      exclude: [NO_NAME],
    });
  } catch {
    // Nested deeper than the stack: no documented shape, which is what the schemas say of null.
    return null;
  }
}

/** Where the shape differs, never what stands there. */
function places(error: z.ZodError): string {
  return error.issues.map(({ path, code }) => `${path.join('.')} (${code})`).join(', ');
}
