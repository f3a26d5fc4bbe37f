import { z } from 'zod';

/**
 * Each webhook is configured to use kebab, camel or snake case. The schemas use camel case and accept all three. They
 * drop fields that they do not name, because those contain personal data.
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

/** The maximum is the length of the column. PostgreSQL rejects NUL, so the schema rejects control characters. */
const id = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u);
const reference = z
  .union([id, z.literal('')])
  .nullish()
  .transform((value) => value || null);
const time = z.iso
  .datetime({ offset: true })
  .max(64)
  .transform((text) => new Date(text));
const optionalTime = time.nullish().transform((value) => value ?? null);
const oneTimeLink = z.url({ protocol: /^https?$/ }).max(8_192);

/**
 * The response to `GET /inquiries/{id}` and to the requests that create or resume an inquiry. Persona fills `meta` only
 * if the request asks for it.
 */
export const inquirySchema = objectOf({
  data: objectOf({
    id,
    attributes: objectOf({
      status: id,
      referenceId: reference,
      updatedAt: optionalTime,
      startedAt: optionalTime,
      completedAt: optionalTime,
      markedForReviewAt: optionalTime,
      decisionedAt: optionalTime,
      failedAt: optionalTime,
      expiredAt: optionalTime,
      expiresAt: optionalTime,
    }),
  }),
  meta: objectOf({
    sessionToken: z.string().min(1).max(8_192).nullish(),
    oneTimeLink: oneTimeLink.nullish(),
  }).nullish(),
});
export type Inquiry = z.output<typeof inquirySchema>;

/**
 * An empty relationship is `{data: null}` or `{data: {}}`. Redacting the account also removes the reference id of the
 * inquiry.
 */
export const erasableInquirySchema = objectOf({
  data: objectOf({
    id,
    attributes: objectOf({ referenceId: reference, redactedAt: optionalTime }),
    relationships: objectOf({
      account: objectOf({ data: objectOf({ id: id.optional() }).nullish() }).nullish(),
    }).nullish(),
  }),
});

/** The response to `GET /accounts/{id}` and to redacting an account. */
export const accountSchema = objectOf({
  data: objectOf({
    id,
    attributes: objectOf({ referenceId: reference, redactedAt: optionalTime }),
  }),
});

export const linkSchema = objectOf({ meta: objectOf({ oneTimeLink }) });

export const webhookSchema = objectOf({
  data: objectOf({
    id,
    attributes: objectOf({ name: id, createdAt: time, payload: z.unknown() }),
  }),
});

/** A webhook can be configured to omit any attribute, so all of them are optional. */
export const inquiryPayloadSchema = objectOf({
  data: objectOf({ id, attributes: objectOf({ referenceId: reference }).nullish() }),
});

/** The response to `GET /inquiries`, of which the gateway reads only that it is a list. */
export const inquiryListSchema = objectOf({ data: z.array(objectOf({ id })) });
