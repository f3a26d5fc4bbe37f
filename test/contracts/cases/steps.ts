import { randomUUID } from 'node:crypto';
import { CANARIES, type Decision, type SignedWebhook } from '../../../packages/sandbox/sandbox.ts';
import { OUTCOMES } from '../../../src/kyc/domain/outcome.ts';
import { REJECTION_REASONS } from '../../../src/kyc/domain/rejection-reason.ts';
import type {
  Delivery,
  HostedSession,
  KycEvent,
  KycProvider,
  OpenSession,
  SessionRequest,
} from '../../../src/kyc/providers/kyc-provider.ts';
import type { ExpectedDecision } from '../harness-options.ts';
import type { ProviderHarness } from '../provider-harness.ts';
import type { RelayedRequest } from '../relay.ts';

export const REDIRECT_URL = 'https://app.example.com/kyc/return';

export const inTime = (): AbortSignal => AbortSignal.timeout(10_000);

export function newRequest(): SessionRequest {
  return { attemptId: randomUUID(), userId: randomUUID(), redirectUrl: REDIRECT_URL, now: new Date() };
}

export interface Opened {
  request: SessionRequest;
  userId: string;
  sessionId: string;
  hosted: HostedSession;
  open: OpenSession;
}

export async function openSession(
  harness: ProviderHarness,
  adapter: KycProvider = harness.adapter(),
): Promise<Opened> {
  const request = newRequest();
  const hosted = await adapter.createSession(request, inTime());
  const { userId } = request;
  return { request, userId, sessionId: hosted.sessionId, hosted, open: asStored(hosted) };
}

export function isCreate({ apiPath, options }: ProviderHarness, { method, path }: RelayedRequest): boolean {
  return method === 'POST' && path === apiPath + options.createPath;
}

/** Returns the part of a session that the gateway stores for a resume. */
export function asStored({ sessionId, resumeToken }: HostedSession): OpenSession {
  return { sessionId, resumeToken, redirectUrl: REDIRECT_URL, now: new Date() };
}

/** Changes the state of the session at the provider without a webhook. */
export async function move(
  harness: ProviderHarness,
  sessionId: string,
  decision: Decision,
  at = new Date(),
): Promise<void> {
  await harness.emulator.decide(sessionId, decision, { at });
}

export async function expectPageOf(harness: ProviderHarness, hosted: HostedSession): Promise<void> {
  expect(hosted.url ?? hosted.sdkToken).toEqual(expect.stringMatching(/./));
  if (hosted.url === null) return;
  expect(hosted.url).toMatch(/^(https:\/\/|http:\/\/127\.0\.0\.1[:/])/);
  const page = await fetch(hosted.url);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain(`/${harness.options.name}/${hosted.sessionId}`);
}

export const deliver = ({ headers, body }: SignedWebhook, receivedAt = new Date()): Delivery => ({
  headers,
  body,
  receivedAt,
});

/** Signs any body as the provider does. */
export function signed(
  { emulator }: ProviderHarness,
  body: string | Buffer,
  options: { at?: Date; secret?: string } = {},
): SignedWebhook {
  return { headers: emulator.sign(body, options), body: Buffer.from(body) };
}

/** The time of events at the provider. In full seconds, because one of the providers sends no fraction. */
export const EVENT_TIME = new Date('2026-03-04T10:20:30.000Z');

export interface Announced {
  expected: ExpectedDecision;
  opened: Opened;
  webhook: SignedWebhook;
}

/** Creates a session for each decision that the provider sends a webhook for, with the webhook. */
export async function announceAll(harness: ProviderHarness): Promise<Announced[]> {
  const announced = harness.options.decisions.filter(({ isSilent }) => isSilent !== true);
  const all: Announced[] = [];
  for (const expected of announced) all.push(await announce(harness, expected));
  return all;
}

async function announce(harness: ProviderHarness, expected: ExpectedDecision): Promise<Announced> {
  const opened = await openSession(harness);
  const at = EVENT_TIME;
  return {
    expected,
    opened,
    webhook: harness.emulator.webhookFor(opened.sessionId, expected.decision, { at }),
  };
}

export function approval(harness: ProviderHarness): Promise<Announced> {
  return announce(harness, { decision: { outcome: 'approve' }, outcome: 'approved' });
}

export function rejection(harness: ProviderHarness): Promise<Announced> {
  return announce(harness, expectedRejection(harness));
}

/** A decline, or a request for another try at a provider without a final decline. */
export function expectedRejection({ options }: ProviderHarness): ExpectedDecision {
  const isDecline = ({ outcome }: ExpectedDecision) => outcome === 'declined';
  const found = options.decisions.find(isDecline) ?? options.decisions.find(({ reason }) => reason);
  if (found === undefined) throw new Error(`${options.name} has no rejection`);
  return found;
}

/** Receives the webhook of a decision and returns the decision, after a lookup if the webhook does not contain it. */
export async function receiveVerdict(
  harness: ProviderHarness,
  webhook: SignedWebhook,
  adapter: KycProvider = harness.adapter(),
): Promise<KycEvent | null> {
  const event = await adapter.receive(deliver(webhook));
  return event.lookup === null ? event : adapter.readLookup(event.lookup, inTime());
}

/** Adds personal data to a signed webhook, because not every provider puts such data into its webhooks. */
export function withPersonalData(harness: ProviderHarness, { body }: SignedWebhook): SignedWebhook {
  const text = body.toString().replace('{', `{"zz":${JSON.stringify(CANARIES)},`);
  return signed(harness, text);
}

/** Checks the rules for all events, which the ledger, the projector and the mails depend on. */
export function expectWellFormed(harness: ProviderHarness, event: KycEvent): void {
  const { provider, eventKey, sessionId, reference, outcome, reason, occurredAt } = event;
  expect(provider).toBe(harness.options.name);
  expect(eventKey).toMatch(/^\P{Cc}{1,255}$/u);
  expect(sessionId ?? 'none').toMatch(/^\P{Cc}{1,255}$/u);
  expect(reference ?? 'none').toMatch(/^\P{Cc}{1,255}$/u);
  expect(OUTCOMES).toContain(outcome);
  const hasReason = outcome === 'declined' || outcome === 'resubmission_requested';
  expect(hasReason ? REJECTION_REASONS : [null]).toContain(reason);
  expect(occurredAt?.getTime() ?? 0).not.toBeNaN();
  const fixedWords = 'note' in event ? event.note : 'none';
  expect(fixedWords).toMatch(/^[a-z_: ]{1,100}$/);
  const known =
    'eventKey isTest lookup note occurredAt outcome problem provider reason reference sessionId'.split(' ');
  expect(known).toEqual(expect.arrayContaining(Object.keys(event)));
}

/** Returns the reason of a rejection, or null if the promise is fulfilled. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => null,
    (error: unknown) => error,
  );
}

/** Returns the error that the call throws or rejects with, or null. */
export async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return null;
  } catch (error) {
    return error;
  }
}
