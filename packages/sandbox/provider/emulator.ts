import type { FastifyInstance } from 'fastify';
import type { Decision, EmulatedSession, Outcome, ProviderName } from '../contract.ts';
import type { SecretList } from './secrets.ts';

/** Where the sandbox listens; the address is known only once it does. */
export interface Site {
  url: string;
}

/** A webhook before it is signed. Signing is per attempt, since Persona signs the time of sending. */
export interface WebhookMessage {
  sessionId: string | null;
  type: string;
  body: Buffer;
  /** True where another environment of the provider sends it. */
  isForeign?: boolean;
}

/** An environment that is not the gateway's, such as production beside the provider's sandbox. */
export interface Elsewhere {
  secret: string;
  /** Headers that name the environment, where the provider has any. */
  headers: Record<string, string>;
}

/** An answer in the provider's own words. */
export interface Refusal {
  headers: Record<string, string>;
  body: string;
}

export interface Signing {
  /** Newest first. */
  secrets: readonly string[];
  at: Date;
}

export interface AttemptCount {
  made: number;
  left: number;
  firstAttemptedAt: Date;
}

/** What the hosted page offers for one outcome. */
export interface HostedChoice {
  outcome: Outcome;
  label: string;
  reasons?: readonly { value: string; label: string }[];
}

/** The hosted page by the provider's own statuses; in all others the session is over. */
export interface HostedFlow {
  /** Opening the page starts the session, anew after a resubmission was asked for. */
  unopened: readonly string[];
  /** The user may hand in documents. */
  open: readonly string[];
  /** The provider is at work on them. */
  waiting: readonly string[];
  /** What the provider may decide. */
  choices: readonly HostedChoice[];
}

/**
 * What differs between the three providers. Recording, misbehaviour, delivery, secrets and the hosted
 * page are the same for all, and are built around this.
 */
export interface ProviderEmulator {
  readonly name: ProviderName;
  readonly title: string;
  /** The API's path, such as `/persona/api/v1`. */
  readonly prefix: string;
  /** How long the provider waits for the answer to a webhook. */
  readonly webhookTimeoutMs: number;
  readonly hosted: HostedFlow;
  readonly secrets: SecretList;
  readonly elsewhere: Elsewhere;
  /** What the provider answers with 429. */
  readonly rateLimited: Refusal;
  acceptsStatus(status: number): boolean;
  /** Where webhooks go that a call of the API sets off. */
  sendsThrough?(send: (message: WebhookMessage) => void): void;
  registerApi(app: FastifyInstance): void;
  /** The call was answered with a canned status instead of being carried out. */
  answeredInstead?(
    call: { method: string; path: string; key: string | null; body: Buffer },
    answer: Answer,
  ): void;
  sessions(): EmulatedSession[];
  /** Null if the hosted page opens, otherwise what the provider tells the visitor. */
  refuseVisit(sessionId: string, query: Record<string, string | undefined>): string | null;
  /** Where the hosted page sends the user at the end, with the parameters that the provider adds. */
  returnUrl(sessionId: string): string | null;
  /** The webhook that a decision sends; null for none. Throws for a decision this provider does not know. */
  announces(decision: Decision): string | null;
  /** Moves the session; the webhook, or null where none is sent. */
  move(sessionId: string, decision: Decision, at: Date): WebhookMessage | null;
  /** The webhook of such a move, while the session stays as it is. */
  draft(sessionId: string, decision: Decision, at: Date): WebhookMessage | null;
  signatureHeaders(body: Buffer, signing: Signing): Record<string, string>;
  attemptHeaders?(count: AttemptCount): Record<string, string>;
}

/** An HTTP answer as plain data, so that it can be stored and given again. */
export interface Answer {
  status: number;
  body: unknown;
}

/** The sandbox was asked for something that is not there. */
export class NoSuchSession extends Error {
  constructor(provider: ProviderName, sessionId: string) {
    super(`${provider} has no session ${sessionId}`);
    this.name = 'NoSuchSession';
  }
}

/** The sandbox was asked to repeat a delivery that never was. */
export class NoSuchDelivery extends Error {
  constructor(provider: ProviderName, deliveryId: string) {
    super(`${provider} has made no delivery ${deliveryId}`);
    this.name = 'NoSuchDelivery';
  }
}

/** What the hosted page says of a session whose data was erased. */
export const ERASED_MESSAGE = 'This session is not available any more.';

/** The sandbox was asked for something that the real provider cannot do. */
export class ImpossibleDecision extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ImpossibleDecision';
  }
}
