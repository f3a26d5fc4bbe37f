import type { Inquiry } from './inquiries.ts';

const GRACE_MS = 5 * 60_000;

/**
 * Decides who may open the hosted flow (docs.withpersona.com, "Hosted flow" and "Inquiry sessions"). A created inquiry
 * opens with its id alone. A started one needs a session token or a one-time link. The link works for
 * five minutes after its first use.
 */
export function refuseVisit(
  inquiry: Inquiry,
  query: Readonly<Record<string, string | undefined>>,
  now: Date,
): string | null {
  if (query['code'] !== undefined) return refuseLink(inquiry, query['code'], now);
  const token = query['session-token'];
  if (token !== undefined) {
    const session = inquiry.sessions.find((candidate) => candidate.token === token);
    if (session === undefined) return 'This session does not exist.';
    session.wasUsed = true;
    return null;
  }
  return inquiry.status === 'pending'
    ? 'This inquiry was started before: it needs a one-time link or a session token.'
    : null;
}

function refuseLink(inquiry: Inquiry, code: string, now: Date): string | null {
  const link = inquiry.links.get(code);
  if (link === undefined) return 'This link does not exist.';
  if (now > link.expiresAt || inquiry.status === 'expired') return 'This link has expired.';
  if (link.openedAt !== null && now.getTime() - link.openedAt.getTime() > GRACE_MS) {
    return 'This link was used before. It works only once.';
  }
  link.openedAt ??= now;
  link.session.wasUsed = true;
  return null;
}

/** The redirect names the outcome, but it is not signed. Only a webhook or a read is reliable. */
export function returnUrl(inquiry: Inquiry): string | null {
  const target = inquiry.request.data.attributes['redirect-uri'];
  if (target === undefined || target === null) return null;
  const url = new URL(target);
  url.searchParams.set('inquiry-id', inquiry.id);
  url.searchParams.set('reference-id', inquiry.referenceId ?? '');
  url.searchParams.set('status', inquiry.status);
  return url.href;
}
