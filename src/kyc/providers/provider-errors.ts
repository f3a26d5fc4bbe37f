import { DomainError } from '../../common/domain-error.ts';

/** The same call may succeed later: network, timeout, 408, 429, 5xx, or an answer nobody documented. */
export class ProviderUnavailableError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'provider.unavailable';
  readonly title = 'The identity provider cannot be reached at the moment';
  override readonly retryAfterSeconds: number;
  /** The HTTP status that was answered; null where there was no complete answer, or one of another shape. */
  readonly status: number | null;
  /** Nothing or not everything came back: whether the provider did what it was asked to do is not known. */
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

/** The provider was not even called, for it has failed too often in a row. */
export class ProviderRestingError extends ProviderUnavailableError {}

/** The provider understood our request and refused it: repeating it will not help, an operator must look. */
export class ProviderRefusedError extends DomainError {
  readonly kind = 'refused_upstream';
  readonly code = 'provider.refused';
  readonly title = 'The identity provider refused the request';
  /** The HTTP status that was answered; null where the request was refused before it was made. */
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

/** The session is over at the provider: what it ended in is to be read, and a new one opened. */
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

/** The delivery has no valid signature. The log says why; the caller does not learn it. */
export class SignatureRefusedError extends DomainError {
  readonly kind = 'unauthenticated';
  readonly code = 'webhook.signature_invalid';
  readonly title = 'The delivery has no valid signature';
  /** The configured provider whose signature header was present, for the log. */
  provider?: string;

  /** Captures no stack: a flood of forged deliveries spends about 5 µs on each one, and the message says enough. */
  constructor(message: string, options?: ErrorOptions) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message, options);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Signed, so from the provider, but not what its documentation describes. */
export class DeliveryMalformedError extends DomainError {
  readonly kind = 'malformed';
  readonly code = 'webhook.malformed';
  readonly title = 'The delivery does not have the documented shape';
  /** Whose it is, for the log. */
  provider?: string;
}
