import { z } from 'zod';

/** Rejects control characters, because PostgreSQL rejects NUL. The schemas drop all fields that they do not name. */
const text = z
  .string()
  .min(1)
  .max(255)
  .regex(/^\P{Cc}*$/u);
const unixTime = z
  .int()
  .positive()
  .transform((seconds) => new Date(seconds * 1_000));

export const checkSchema = z.object({
  id: text,
  status: text,
  customer_ref: text.nullish(),
  reason: text.nullish(),
  changed_at: unixTime.nullable(),
  /** Null if the user cannot continue. */
  page_url: z
    .url({ protocol: /^https?$/ })
    .max(4096)
    .nullable(),
  /** Null if the account lets checks stay open. */
  expires_at: unixTime.nullable(),
});
export type Check = z.output<typeof checkSchema>;

export const accountSchema = z.object({ account_id: text });

export const destructionSchema = z.object({ id: text, destroyed_at: unixTime });

export const webhookSchema = z.object({
  event_id: text,
  type: text,
  created: unixTime,
  livemode: z.boolean(),
  object: z.object({ kind: text, id: text }),
});
export type Webhook = z.output<typeof webhookSchema>;
