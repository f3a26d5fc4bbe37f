import { z } from 'zod';

/**
 * The schemas name only the fields that the gateway reads, and drop all others: names, addresses, the `output` of the
 * workflow. They reject control characters, because PostgreSQL rejects NUL only after the response to the provider.
 */
const text = z
  .string()
  .min(1)
  .max(255)
  .regex(/^\P{Cc}*$/u);
const word = text.max(64);

/** Ids become part of paths, so they must not contain `..`. */
export const idSchema = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);

/** The schema checks `customer_user_id`, the user id. The gateway compares it with the user of the session. */
const reference = z
  .string()
  .max(255)
  .regex(/^\P{Cc}*$/u)
  .nullish();

/** A browser opens the link, so it must be https. Emulators on this machine may use http. */
const hostedUrl = z
  .string()
  .max(2048)
  .regex(/^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/])\P{Cc}+$/u);

export const runSchema = z.object({
  id: idSchema,
  status: word,
  customer_user_id: reference,
  reasons: z.unknown().optional(),
  created_at: word.nullish(),
  updated_at: word.nullish(),
});
export type Run = z.output<typeof runSchema>;

export const hostedRunSchema = runSchema.extend({
  link: z.object({ url: hostedUrl.nullish(), expires_at: z.unknown().optional() }).nullish(),
  sdk_token: z.string().max(16_384).nullish(),
});
export type HostedRun = z.output<typeof hostedRunSchema>;

export const taggedRunListSchema = z.array(hostedRunSchema.extend({ tags: z.array(z.string()).nullish() }));

export const runListSchema = z.array(runSchema.extend({ applicant_id: idSchema }));

export const checkSchema = z.object({
  id: idSchema,
  applicant_id: idSchema,
  status: word,
  result: word.nullish(),
  created_at: z.unknown().optional(),
});
export type Check = z.output<typeof checkSchema>;

export const applicantSchema = z.object({ id: idSchema });

export const deletedApplicantSchema = applicantSchema.extend({ delete_at: z.unknown().optional() });

export const ownedRunSchema = z.object({ id: idSchema, applicant_id: idSchema });

/** The content of `resource` depends on the payload version of the webhook. The gateway never follows `href`. */
export const webhookSchema = z.object({
  payload: z.object({
    resource_type: text,
    action: text,
    object: z.object({ id: text, status: text.nullish(), completed_at_iso8601: z.unknown().optional() }),
    resource: z
      .object({
        status: text.nullish(),
        customer_user_id: reference,
        reasons: z.unknown().optional(),
        updated_at: z.unknown().optional(),
      })
      .nullish(),
  }),
});
export type WebhookPayload = z.output<typeof webhookSchema>['payload'];

const timestamp = z.iso.datetime({ offset: true }).max(64);

/** Returns null unless the value is a complete ISO 8601 time with a zone, because `new Date` reads "1" as a year. */
export function timeOf(value: unknown): Date | null {
  const parsed = timestamp.safeParse(value);
  return parsed.success ? new Date(parsed.data) : null;
}
