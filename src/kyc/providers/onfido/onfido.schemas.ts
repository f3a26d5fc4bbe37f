import { z } from 'zod';

/**
 * Only what we read, and unknown keys are dropped: names, addresses and the workflow's `output` go no further.
 * A NUL would be refused by PostgreSQL long after the answer was given, so control characters stop here.
 */
const text = z
  .string()
  .min(1)
  .max(255)
  .regex(/^\P{Cc}*$/u);
const word = text.max(64);

/** What may stand in a path of ours: the client encodes an id, yet `..` would survive that and lead elsewhere. */
export const ID = /^[A-Za-z0-9-]{1,64}$/;
const id = z.string().regex(ID);

/** `customer_user_id`: our user id. Where it is there it must be readable, for it is compared with the session's. */
const reference = z
  .string()
  .max(255)
  .regex(/^\P{Cc}*$/u)
  .nullish();

/** A link goes to a browser: https, or this machine itself. */
const hostedUrl = z
  .string()
  .max(2048)
  .regex(/^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/])\P{Cc}+$/u);

export const runSchema = z.object({
  id,
  status: word,
  customer_user_id: reference,
  reasons: z.unknown().optional(),
  updated_at: word.nullish(),
});
export type Run = z.infer<typeof runSchema>;

export const hostedRunSchema = runSchema.extend({
  link: z.object({ url: hostedUrl.nullish(), expires_at: z.unknown().optional() }).nullish(),
  sdk_token: z.string().max(16_384).nullish(),
});
export type HostedRun = z.infer<typeof hostedRunSchema>;

export const taggedRunListSchema = z.array(hostedRunSchema.extend({ tags: z.array(z.string()).nullish() }));

export const runListSchema = z.array(runSchema.extend({ applicant_id: id }));

export const checkSchema = z.object({
  id,
  applicant_id: id,
  status: word,
  result: word.nullish(),
  created_at: z.unknown().optional(),
});
export type Check = z.infer<typeof checkSchema>;

export const applicantSchema = z.object({ id });

/** `delete_at` once its deletion is requested: when it will be carried out. */
export const deletedApplicantSchema = applicantSchema.extend({ delete_at: z.unknown().optional() });

/** A run as far as it says whose it is. */
export const ownedRunSchema = z.object({ id, applicant_id: id });

/** `resource` is there or not, depending on the webhook's payload version; so is `href`, which is never followed. */
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
export type WebhookPayload = z.infer<typeof webhookSchema>['payload'];

const timestamp = z.iso.datetime({ offset: true }).max(64);

/** A full ISO 8601 time with its zone, else null: `new Date` alone makes a year out of "1". */
export function timeOf(value: unknown): Date | null {
  const parsed = timestamp.safeParse(value);
  return parsed.success ? new Date(parsed.data) : null;
}

/** Names the fields that are wrong, never what they hold. */
export function wrongFields(error: z.ZodError): string {
  return error.issues.map((issue) => issue.path.join('.') || '(the whole)').join(', ');
}
