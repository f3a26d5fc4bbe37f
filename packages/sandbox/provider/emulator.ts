import type { FastifyInstance, FastifyRequest } from 'fastify';
import type {
  Decision,
  DeliveryOptions,
  DeliveryRecord,
  EmulatedProvider,
  EmulatedSession,
  Outcome,
  SignedWebhook,
} from './contract.ts';
import type { Reason } from './facts.ts';
import type { SecretList } from './secrets.ts';

export interface Site {
  /** The sandbox's own address. It is empty until the sandbox listens. */
  url: string;
  /** The address for users of sessions without a return address of their own; default `/app/return` of the sandbox. */
  readonly returnUrl: string | undefined;
  /** The variables of a given account at Persona. The emulator makes those that are missing. */
  readonly personaAccount: Readonly<Record<string, string>>;
}

/** A webhook without a signature. Each attempt is signed separately, because Persona signs the time of sending. */
export interface WebhookMessage {
  sessionId: string | null;
  type: string;
  body: Buffer;
  /** True if another environment of the provider sends it. */
  isForeign?: boolean;
}

/** Another environment of the provider, such as production beside the gateway's sandbox environment. */
export interface OtherEnvironment {
  secret: string;
  /** The headers that name the environment, if the provider has any. */
  headers: Record<string, string>;
}

/** An error response in the provider's own format. */
export interface ErrorResponse {
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

/** A button of the hosted page for one outcome. */
export interface HostedChoice {
  outcome: Outcome;
  label: string;
  reasons?: readonly Reason[];
}

/** Maps the provider's statuses to the hosted page. In a status that is not listed, the session is over. */
export interface HostedFlow {
  /** A visit to the page starts the session, also after a resubmission request. */
  unopened: readonly string[];
  /** The user can submit documents. */
  open: readonly string[];
  /** The provider checks the documents. */
  waiting: readonly string[];
  choices: readonly HostedChoice[];
}

/**
 * The parts that differ between the providers. Recording, misbehavior, delivery, secrets and the hosted
 * page are shared and use this interface.
 */
export interface ProviderEmulator<Controls extends object = object> {
  readonly name: string;
  readonly title: string;
  /** The API's path, such as `/persona/api/v1`. */
  readonly prefix: string;
  /** How long the provider waits for the response to a webhook. */
  readonly webhookTimeoutMs: number;
  readonly hosted: HostedFlow;
  readonly secrets: SecretList;
  readonly otherEnvironment: OtherEnvironment;
  readonly rateLimited: ErrorResponse;
  /** The environment variables that point a gateway at this account. */
  variables(): Record<string, string>;
  acceptsStatus(status: number): boolean;
  /** Called once with the function that sends the webhooks that API calls cause. */
  sendsThrough(send: (message: WebhookMessage) => void): void;
  registerApi(app: FastifyInstance): void;
  /** Called when the sandbox returned a prepared response and did not execute the call. */
  preparedResponseSent(request: FastifyRequest, answer: Answer): void;
  sessions(): EmulatedSession[];
  /** Null if the hosted page opens, otherwise the message for the visitor. */
  refuseVisit(sessionId: string, query: Record<string, string | undefined>): string | null;
  returnUrl(sessionId: string): string | null;
  /** The type of the webhook for a decision, or null for none. Throws if the provider does not know the decision. */
  announces(decision: Decision): string | null;
  /** Moves the session. Returns the webhook, or null if the provider sends none. */
  move(sessionId: string, decision: Decision, at: Date): WebhookMessage | null;
  /** Returns the webhook of the same move without changing the session. */
  draft(sessionId: string, decision: Decision, at: Date): WebhookMessage | null;
  signatureHeaders(body: Buffer, signing: Signing): Record<string, string>;
  attemptHeaders(count: AttemptCount): Record<string, string>;
  /** The functions for tests that only this provider has. */
  controls(handle: ProviderHandle): Controls;
}

/** The interface for tests, plus the functions that a provider's own controls need. */
export interface ProviderHandle extends EmulatedProvider {
  send(message: WebhookMessage, options?: DeliveryOptions): Promise<DeliveryRecord[]>;
  signed(message: WebhookMessage): SignedWebhook;
}

/** An HTTP response as plain data, so that the emulator can store it and return it again. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** Text and bytes are sent as they are, everything else as JSON, and nothing if it is undefined. */
  body: unknown;
}

export class SessionNotFoundError extends Error {
  constructor(provider: string, sessionId: string) {
    super(`${provider} has no session ${sessionId}`);
    this.name = 'SessionNotFoundError';
  }
}

export class DeliveryNotFoundError extends Error {
  constructor(provider: string, deliveryId: string) {
    super(`${provider} has no delivery ${deliveryId}`);
    this.name = 'DeliveryNotFoundError';
  }
}

/** The message of the hosted page for a session whose data was erased. */
export const ERASED_MESSAGE = 'This session is no longer available.';

/** The real provider cannot make this decision. */
export class UnsupportedDecisionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnsupportedDecisionError';
  }
}
