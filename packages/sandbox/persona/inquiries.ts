import { opaqueToken, randomId } from '../provider/wire.ts';
import { type Account, createAccount } from './accounts.ts';
import { conflict, notFound, badRequest } from './problem.ts';
import type { NewInquiry } from './requests.ts';

export type InquiryStatus =
  'created' | 'pending' | 'completed' | 'needs_review' | 'approved' | 'declined' | 'failed' | 'expired';

export interface InquirySession {
  readonly id: string;
  readonly token: string;
  wasUsed: boolean;
}

export interface OneTimeLink {
  readonly session: InquirySession;
  readonly expiresAt: Date;
  openedAt: Date | null;
}

export interface Inquiry {
  readonly id: string;
  readonly request: NewInquiry;
  readonly templateId: string;
  readonly account: Account | null;
  readonly createdAt: Date;
  readonly sessions: InquirySession[];
  /** Keyed by the code in the link. */
  readonly links: Map<string, OneTimeLink>;
  /** Removed when the account is redacted. */
  referenceId: string | null;
  status: InquiryStatus;
  tags: string[];
  reviewerComment: string | null;
  /** True once the user has shown documents. `fields` then contain their data. */
  hasDocuments: boolean;
  updatedAt: Date;
  expiresAt: Date | null;
  startedAt: Date | null;
  completedAt: Date | null;
  failedAt: Date | null;
  markedForReviewAt: Date | null;
  decisionedAt: Date | null;
  expiredAt: Date | null;
  redactedAt: Date | null;
}

const DAY_SECONDS = 86_400;
const SESSION_CAP = 25;

export function createInquiries(templateId: string, inquiries = new Map<string, Inquiry>()) {
  const accounts = new Map<string, Account>();

  function accountFor(request: NewInquiry, referenceId: string | null): Account | null {
    const given = request.data.attributes['account-id'] ?? null;
    if (given !== null) {
      const account = accounts.get(given);
      if (account === undefined) throw notFound();
      return account;
    }
    if (!request.meta['auto-create-account']) return null;
    const own = [...accounts.values()].find((each) => each.referenceId === referenceId);
    const account = (referenceId === null ? undefined : own) ?? createAccount(referenceId);
    accounts.set(account.id, account);
    return account;
  }

  return {
    find: (id: string): Inquiry | undefined => inquiries.get(id),
    findAccount: (id: string): Account | undefined => accounts.get(id),
    /** Newest first, as Persona lists them. */
    all: (): Inquiry[] => [...inquiries.values()].toReversed(),
    create(request: NewInquiry): Inquiry {
      if (request.data.attributes['inquiry-template-id'] !== templateId) throw notFound();
      const referenceId =
        request.meta['auto-create-account-reference-id'] ?? request.data.attributes['reference-id'] ?? null;
      const now = new Date();
      const inquiry: Inquiry = {
        id: `inq_${randomId()}`,
        request,
        templateId,
        account: accountFor(request, referenceId),
        referenceId,
        createdAt: now,
        sessions: [],
        links: new Map(),
        status: 'created',
        tags: [...(request.data.attributes.tags ?? [])],
        reviewerComment: null,
        hasDocuments: false,
        updatedAt: now,
        expiresAt: after(now, request.meta['expiration-after-create-interval-seconds']),
        startedAt: null,
        completedAt: null,
        failedAt: null,
        markedForReviewAt: null,
        decisionedAt: null,
        expiredAt: null,
        redactedAt: null,
      };
      inquiries.set(inquiry.id, inquiry);
      return inquiry;
    },
  };
}

export type Inquiries = ReturnType<typeof createInquiries>;

/** Returns an unused session again, and rejects a 26th one (docs.withpersona.com, "Inquiry sessions"). */
export function openSession(inquiry: Inquiry): InquirySession {
  const unused = inquiry.sessions.find((session) => !session.wasUsed);
  return unused ?? addSession(inquiry);
}

function addSession(inquiry: Inquiry): InquirySession {
  if (inquiry.sessions.length >= SESSION_CAP) {
    throw badRequest(`Inquiry has reached the maximum of ${SESSION_CAP} sessions`);
  }
  const session = { id: `iqse_${randomId()}`, token: opaqueToken(), wasUsed: false };
  inquiry.sessions.push(session);
  return session;
}

/** "Resume an Inquiry": an expired inquiry becomes pending again. Any status except these two is a conflict. */
export function resume(inquiry: Inquiry): InquirySession {
  if (inquiry.redactedAt !== null) throw conflict('Inquiry has been redacted');
  if (inquiry.status !== 'pending' && inquiry.status !== 'expired') {
    throw conflict(`Inquiry must be pending or expired to be resumed, and is ${inquiry.status}`);
  }
  const session = openSession(inquiry);
  if (inquiry.status === 'expired') {
    const now = new Date();
    inquiry.status = 'pending';
    inquiry.expiredAt = null;
    inquiry.updatedAt = now;
    inquiry.expiresAt = after(now, inquiry.request.meta['expiration-after-resume-interval-seconds']);
  }
  return session;
}

/** Creates a one-time link with its own session. The link contains the code. */
export function addLink(inquiry: Inquiry, lifetimeSeconds: number): string {
  if (inquiry.redactedAt !== null) throw conflict('Inquiry has been redacted');
  if (inquiry.status === 'expired') throw conflict('Inquiry is expired and must be resumed first');
  const bare = inquiry.sessions.find(
    (session) => !session.wasUsed && ![...inquiry.links.values()].some((link) => link.session === session),
  );
  const session = bare ?? addSession(inquiry);
  const code = `us1-${randomId()}`;
  inquiry.links.set(code, { session, expiresAt: after(new Date(), lifetimeSeconds), openedAt: null });
  return code;
}

export function after(start: Date, seconds: number | null | undefined): Date {
  return new Date(start.getTime() + (seconds ?? DAY_SECONDS) * 1000);
}
