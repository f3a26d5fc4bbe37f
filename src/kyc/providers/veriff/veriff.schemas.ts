import { z } from 'zod';

/*
 * The documented shapes, as far as we read them. Veriff may add properties at any time: those we don't name are
 * tolerated and dropped, so that persons, documents and risk labels get no further than this file.
 */

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Control characters are in none of these, and PostgreSQL refuses NUL. */
const printable = z.string().regex(/^[^\p{Cc}\p{Cs}]*$/u);
const word = printable.min(1).max(255);
const time = z.iso.datetime({ offset: true }).max(64);

/** What we called `userId`; sessions that were made in Veriff's portal have any text or none. */
const vendorData = printable.max(1000).nullish();

const verification = z.object({
  id: word,
  attemptId: word.nullish(),
  status: word,
  vendorData,
  reasonCode: z.unknown().optional(),
  decisionTime: time.nullish(),
  // A fall-back only, so a strange one is no reason to refuse a verdict.
  acceptanceTime: time.nullish().catch(null),
});

export type Verification = z.infer<typeof verification>;

/** The answer to POST /sessions. */
export const createAnswer = z.object({
  status: z.literal('success'),
  verification: z.object({ id: word, url: z.string().max(4096).refine(isHostedPage) }),
});

/** The answer to GET /sessions/{id}/decision; `null` until there is a decision. */
export const decisionAnswer = z.object({
  status: z.literal('success'),
  verification: verification.nullable(),
});

/** The answer to DELETE /sessions/{id}. */
export const deletionAnswer = z.object({
  status: z.literal('success'),
  verification: z.object({ id: word }),
});

/** The decision webhook. */
export const decisionDelivery = z.object({ verification });

/** The event webhook: here the session's id stands at the top. */
export const eventDelivery = z.object({ id: word, action: word, vendorData });

/** Full-auto, user-defined statuses, and whatever else comes with an `eventType`. */
export const typedDelivery = z.object({ eventType: word, sessionId: word.nullish(), vendorData });

/** https, whatever the host (Veriff has several); plain http only on this machine, where an emulator runs. */
function isHostedPage(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}
