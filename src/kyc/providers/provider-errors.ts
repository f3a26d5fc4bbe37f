import { DomainError } from '../../common/domain-error.ts';

/** The same call can succeed later: network error, timeout, 408, 429, 5xx, or a response without the documented shape. */
export class ProviderUnavailableError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'provider.unavailable';
  readonly title = 'The identity provider cannot be reached at the moment';
  override readonly retryAfterSeconds: number;
  /** The HTTP status of the response. Null if the response was incomplete or did not have the documented shape. */
  readonly status: number | null;
  /** True if the response is missing or incomplete. Then the provider may have carried out the request. */
  readonly isUnanswered: boolean;

  constructor(
    readonly provider: string,
    message: string,
    options?: ErrorOptions & { retryAfterSeconds?: number; status?: number; isUnanswered?: boolean },
  ) {
    super(message, options);
    this.retryAfterSeconds = options?.retryAfterSeconds ?? 10;
    this.status = options?.status ?? null;
    this.isUnanswered = options?.isUnanswered ?? false;
  }
}

/** The provider has created or changed nothing: it was not reached, or an earlier step of the same call failed. */
export class RequestNotExecutedError extends ProviderUnavailableError {}

/** The gateway did not call the provider, because the provider failed too often in a row. */
export class ProviderRestingError extends RequestNotExecutedError {}

/** The provider refused the request. A retry does not help, and an operator must act. */
export class ProviderRefusedError extends DomainError {
  readonly kind = 'refused_upstream';
  readonly code = 'provider.refused';
  readonly title = 'The identity provider refused the request';
  /** The HTTP status of the response. Null if the adapter refused to make the request. */
  readonly status: number | null;

  constructor(
    readonly provider: string,
    message: string,
    options?: ErrorOptions & { status?: number },
  ) {
    super(message, options);
    this.status = options?.status ?? null;
  }
}

/** The session is over at the provider. The caller reads its result, and can create a new session. */
export class SessionNotResumableError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kyc.session_over';
  readonly title = 'The verification session is over';

  constructor(
    readonly provider: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The provider does not know the session. A fault in front of the provider can look the same for a moment. */
export class SessionNotFoundError extends SessionNotResumableError {}

/** The delivery has no valid signature. The reason is in the log, but not in the response. */
export class SignatureRefusedError extends DomainError {
  readonly kind = 'unauthenticated';
  readonly code = 'webhook.signature_invalid';
  readonly title = 'The delivery has no valid signature';
  /** The configured provider whose signature header was present, for the log. */
  provider?: string;

  /** Captures no stack, because a stack takes about 5 µs for each forged delivery and the message is enough. */
  constructor(message: string, options?: ErrorOptions) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message, options);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Whether the signature is valid is not known yet, for example because the provider's public key cannot be fetched. */
export class DeliveryNotVerifiableError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'webhook.not_verifiable';
  readonly title = 'The delivery cannot be verified at the moment';
  override readonly retryAfterSeconds = 10;
  provider?: string;
}

/** The signature is valid, but the body is not JSON. */
export class DeliveryMalformedError extends DomainError {
  readonly kind = 'malformed';
  readonly code = 'webhook.malformed';
  readonly title = 'The delivery is not valid JSON';
  provider?: string;
}
