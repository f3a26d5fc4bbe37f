import { z } from 'zod';

/*
 * The schemas name only the documented fields that the gateway reads. Veriff can add properties at any time. The
 * schemas drop all other properties, so personal data, documents and risk labels stay in this file.
 */

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Rejects control characters, because PostgreSQL rejects NUL. */
const printable = z.string().regex(/^[^\p{Cc}\p{Cs}]*$/u);
const word = printable.min(1).max(255);
const time = z.iso.datetime({ offset: true }).max(64);

/** The user id. A session that staff created in Veriff's portal has any text or none. */
const vendorData = printable.max(1000).nullish();

const verificationSchema = z.object({
  id: word,
  attemptId: word.nullish(),
  status: word,
  vendorData,
  reasonCode: z.unknown().optional(),
  decisionTime: time.nullish(),
  // This time is only a fallback, so a malformed value must not cause the rejection of a verdict.
  acceptanceTime: time.nullish().catch(null),
});

export type Verification = z.output<typeof verificationSchema>;

export const createdSessionSchema = z.object({
  status: z.literal('success'),
  verification: z.object({ id: word, url: z.string().max(4096).refine(isHostedPage) }),
});

/** The response to `GET /sessions/{id}/decision`. `verification` is null until Veriff has decided. */
export const decisionSchema = z.object({
  status: z.literal('success'),
  verification: verificationSchema.nullable(),
});

export const deletionSchema = z.object({
  status: z.literal('success'),
  verification: z.object({ id: word }),
});

/** Each kind of webhook has its own schema. */
export const webhookSchema = z.record(z.string(), z.unknown());

export const decisionWebhookSchema = z.object({ verification: verificationSchema });

/** The event webhook has the id of the session at the top level. */
export const eventWebhookSchema = z.object({ id: word, action: word, vendorData });

/** The names of the person and of the hits stay here. Veriff repeats the webhook whenever a list changes. */
export const screeningWebhookSchema = z.object({
  checkType: word,
  sessionId: word,
  vendorData,
  matchStatus: word.nullish(),
  createdAt: time.nullish().catch(null),
});

export type Screening = z.output<typeof screeningWebhookSchema>;

/** The webhook of the Mexican population registry (CURP). */
export const registryWebhookSchema = z.object({ type: word, id: word, vendorData });

/** Webhooks with an `eventType`: full-auto, user-defined statuses, the Mexican registries and future types. */
export const typedWebhookSchema = z.object({ eventType: word, sessionId: word.nullish(), vendorData });

/** Accepts https on any host, because Veriff has several. Accepts http only on this machine, for an emulator. */
function isHostedPage(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}
