// Generated from docs/openapi.json by `npm run openapi`. Not to be edited.
export interface paths {
  '/api/admin/kyc/users': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['page'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/admin/kyc/users/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['user'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/admin/kyc/users/{id}/data': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    delete: operations['erase'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/admin/kyc/users/{id}/override': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['override'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/admin/kyc/users/{id}/reconcile': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['reconcile'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/admin/kyc/users/{id}/resend-mail': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['resendMail'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/kyc/data': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    delete: operations['eraseVerificationData'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/kyc/start-verification': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Start or resume a verification
     * @description Creates a session at the configured identity provider and returns the link and the SDK token for the user. If the user already has a session that can be continued, the same session is returned with status 200.
     */
    post: operations['startVerification'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/kyc/status': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Get the verification status
     * @description Returns the user's verification status and the next step that is open to them.
     */
    get: operations['getVerificationStatus'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/kyc/status/stream': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Stream the verification status
     * @description Sends the status as server-sent events: once when the stream opens, then after every change, until the access token expires.
     */
    get: operations['streamVerificationStatus'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/webhooks/kyc-status': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Receive a webhook of an identity provider
     * @description The signature header identifies the provider: `persona-signature` (persona), `x-hmac-signature` with `x-auth-client` (veriff), `x-sha2-signature` (onfido). The response is 200 only after the event is stored. Providers repeat every delivery that is not answered with 200.
     */
    post: operations['receiveWebhook'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    AttemptResponse: {
      /** @example veriff */
      provider: string;
      /** @description The provider's id; null where it never answered */
      session_id: string | null;
      /**
       * @description What the session is at
       * @example in_review
       */
      phase: string;
      /** @enum {string|null} */
      reason:
        | 'document_unreadable'
        | 'document_expired'
        | 'document_unsupported'
        | 'selfie_problem'
        | 'underage'
        | 'attempts_exceeded'
        | 'other'
        | null;
      /** Format: date-time */
      opened_at: string;
      /** Format: date-time */
      expires_at: string | null;
      /** Format: date-time */
      decided_at: string | null;
      /** Format: date-time */
      ended_at: string | null;
      /**
       * Format: date-time
       * @description When it is read at the provider, should no news come by then
       */
      next_read_at: string | null;
      /** @description By the provider's time */
      events: components['schemas']['EventResponse'][];
    };
    ErasureResponse: {
      /**
       * Format: uuid
       * @description Names the request; the same one for as long as it is not complete at every provider
       */
      request_id: string;
      /**
       * Format: date-time
       * @description When it was asked for first
       */
      requested_at: string;
    };
    EventResponse: {
      /** @description Whose session it is about; `gateway` where it is about none */
      provider: string;
      /** @enum {string} */
      outcome:
        | 'started'
        | 'submitted'
        | 'in_review'
        | 'resubmission_requested'
        | 'approved'
        | 'declined'
        | 'expired'
        | 'abandoned'
        | 'failed'
        | 'noted'
        | 'unknown';
      /** @enum {string|null} */
      reason:
        | 'document_unreadable'
        | 'document_expired'
        | 'document_unsupported'
        | 'selfie_problem'
        | 'underage'
        | 'attempts_exceeded'
        | 'other'
        | null;
      /**
       * Format: date-time
       * @description The provider's time
       */
      occurred_at: string | null;
      /** Format: date-time */
      received_at: string;
      /** @enum {string} */
      source: 'webhook' | 'poll' | 'gateway' | 'operator';
      /** @description It named another user than the session's, and moves nothing */
      is_refused: boolean;
      /** @description The operator who did it */
      actor: string | null;
      /** @description The operator's reason */
      note: string | null;
    };
    /** @enum {string} */
    KycStatus: 'not_verified' | 'pending' | 'verified' | 'rejected';
    /**
     * @description `start` and `retry`: call start-verification. `continue`: call it too, the same session comes back. `wait`: the provider is at it. `contact_support`: no attempts are left. `none`: verified.
     * @enum {string}
     */
    NextAction: 'start' | 'continue' | 'wait' | 'retry' | 'contact_support' | 'none';
    OverrideRequest: {
      /** @enum {string} */
      status: 'verified' | 'rejected' | 'pending';
      /**
       * @description Why, for the audit trail. The user never sees it. No personal data belongs here.
       * @example Passport seen at the branch, ticket 4711
       */
      reason: string;
      /**
       * @description What the user is told; with `rejected` only. Default: `other`
       * @enum {string}
       */
      rejection_reason?:
        | 'document_unreadable'
        | 'document_expired'
        | 'document_unsupported'
        | 'selfie_problem'
        | 'underage'
        | 'attempts_exceeded'
        | 'other';
    };
    ProblemResponse: {
      /** @example urn:problem:kyc:kyc.already_verified */
      type: string;
      /** @example This user is already verified */
      title: string;
      /** @example 409 */
      status: number;
      /**
       * @description Stable. Decide by this code and show `title` to people only. docs/problems.md explains each code.
       * @example kyc.already_verified
       * @enum {string}
       */
      code:
        | 'auth.keys_unavailable'
        | 'auth.scope_missing'
        | 'auth.token_invalid'
        | 'database.unavailable'
        | 'internal.error'
        | 'kyc.already_verified'
        | 'kyc.attempts_exhausted'
        | 'kyc.in_review'
        | 'kyc.no_session'
        | 'kyc.nothing_to_tell'
        | 'kyc.redirect_not_allowed'
        | 'kyc.session_over'
        | 'kyc.start_in_progress'
        | 'provider.refused'
        | 'provider.unavailable'
        | 'request.idempotency_key_in_use'
        | 'request.idempotency_key_invalid'
        | 'request.idempotency_key_reused'
        | 'request.invalid'
        | 'request.malformed'
        | 'request.method_not_allowed'
        | 'request.not_found'
        | 'request.rate_limited'
        | 'request.too_large'
        | 'request.unsupported_media_type'
        | 'service.not_ready'
        | 'stream.too_many'
        | 'user.unknown'
        | 'webhook.malformed'
        | 'webhook.not_stored'
        | 'webhook.signature_invalid';
      /** @description One sentence for each field that is wrong */
      errors?: string[];
    };
    ReconciledSessionResponse: {
      /** @example onfido */
      provider: string;
      /** @description The provider's id; null where it never answered */
      session_id: string | null;
      /**
       * @description What it was at
       * @example open
       */
      before: string;
      /**
       * @description What it is at now
       * @example approved
       */
      after: string;
      /**
       * @description `unavailable`: the provider did not answer. `refused`: it will not answer this. `not_read`: it was not asked, because it kept failing, is not configured any more, its budget of this minute is used up, or there is nothing to read.
       * @enum {string}
       */
      result: 'moved' | 'unchanged' | 'refused' | 'unavailable' | 'not_read';
    };
    ReconciliationResponse: {
      /** @description The newest first */
      sessions: components['schemas']['ReconciledSessionResponse'][];
    };
    ResendMailResponse: {
      /**
       * Format: uuid
       * @description The Message-ID of the mail begins with it
       */
      mail_id: string;
      /**
       * @description What it tells
       * @enum {string}
       */
      subject: 'verified' | 'rejected' | 'resubmission_requested' | 'approval_withdrawn';
    };
    StartVerificationRequest: {
      /**
       * @description The URL to which the provider sends the user back. Must be one of KYC_REDIRECT_URLS; the first is the default.
       * @example https://app.example.com/kyc/return
       */
      redirect_url?: string;
    };
    StartVerificationResponse: {
      /**
       * @description The provider's id of the session
       * @example inq_zEx4jL84ShbUyuwX6AzPSqt6
       */
      session_id: string;
      /**
       * @description The identity provider of the session
       * @example persona
       */
      provider: string;
      kyc_status: components['schemas']['KycStatus'];
      /** @description The hosted page of the provider. Null if the provider only has an SDK. */
      session_url: string | null;
      /** @description The token for the provider's web SDK. Null if the provider has none. */
      sdk_token: string | null;
      /**
       * Format: date-time
       * @description When the session expires. Null if the provider does not say.
       */
      expires_at: string | null;
    };
    UserDetailResponse: {
      user: components['schemas']['UserStatusResponse'];
      /** @description The newest first */
      sessions: components['schemas']['AttemptResponse'][];
      /** @description About the user, and about no session that is known here */
      events: components['schemas']['EventResponse'][];
    };
    UserListResponse: {
      /** @description By status, then by id */
      users: components['schemas']['UserStatusResponse'][];
      /** @description Give it as `after` for the next page. Null: there is none. Behind a full page there may be an empty one. */
      next: string | null;
    };
    UserStatusResponse: {
      /** @description As the database spells it */
      user_id: string;
      kyc_status: components['schemas']['KycStatus'];
      /** @example veriff */
      kyc_provider: string | null;
      /** @description The provider's id of the current session; `erased:…` once the user has had his data erased */
      kyc_session_id: string | null;
      /** @enum {string|null} */
      kyc_rejection_reason:
        | 'document_unreadable'
        | 'document_expired'
        | 'document_unsupported'
        | 'selfie_problem'
        | 'underage'
        | 'attempts_exceeded'
        | 'other'
        | null;
      /**
       * Format: date-time
       * @description Null before the first attempt
       */
      updated_at: string | null;
    };
    VerificationStatusResponse: {
      kyc_status: components['schemas']['KycStatus'];
      /** @example veriff */
      kyc_provider: string | null;
      /** @description The provider's id of the current session */
      kyc_session_id: string | null;
      /**
       * @description Why the user was rejected, or what has to be submitted again
       * @enum {string|null}
       */
      kyc_rejection_reason:
        | 'document_unreadable'
        | 'document_expired'
        | 'document_unsupported'
        | 'selfie_problem'
        | 'underage'
        | 'attempts_exceeded'
        | 'other'
        | null;
      /** @description `start` and `retry`: call start-verification. `continue`: call it too, the same session comes back. `wait`: the provider is at it. `contact_support`: no attempts are left. `none`: verified. */
      next_action: components['schemas']['NextAction'];
      attempts_left: number;
      /**
       * Format: date-time
       * @description Null before the first attempt
       */
      updated_at: string | null;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  page: {
    parameters: {
      query?: {
        /** @description Without it: users of every status */
        status?: components['schemas']['KycStatus'];
        limit?: number;
        /** @description `next` of the page before */
        after?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['UserListResponse'];
        };
      };
      /** @description The request is not valid */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The token or signature is missing or not valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The token lacks the required scope */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description Temporarily unavailable. Try again after Retry-After seconds */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
    };
  };
  user: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['UserDetailResponse'];
        };
      };
      /** @description The token or signature is missing or not valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The token lacks the required scope */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The user does not exist */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description Temporarily unavailable. Try again after Retry-After seconds */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
    };
  };
  erase: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': Record<string, never>;
      };
    };
    responses: {
      /** @description Erased here; the providers are asked to */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErasureResponse'];
        };
      };
      /** @description The request is not valid */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The token or signature is missing or not valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The token lacks the required scope */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The user does not exist */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The current state does not allow this */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The content type is not application/json */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description Temporarily unavailable. Try again after Retry-After seconds */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
    };
  };
  override: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['OverrideRequest'];
      };
    };
    responses: {
      /** @description Where the user stands now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['UserStatusResponse'];
        };
      };
      /** @description The request is not valid */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The token or signature is missing or not valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The token lacks the required scope */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The user does not exist */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The current state does not allow this */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The content type is not application/json */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description Temporarily unavailable. Try again after Retry-After seconds */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
    };
  };
  reconcile: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': Record<string, never>;
      };
    };
    responses: {
      /** @description What came of each session */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ReconciliationResponse'];
        };
      };
      /** @description The request is not valid */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The token or signature is missing or not valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The token lacks the required scope */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The user does not exist */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The content type is not application/json */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description Temporarily unavailable. Try again after Retry-After seconds */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
    };
  };
  resendMail: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': Record<string, never>;
      };
    };
    responses: {
      /** @description The mail is on its way */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ResendMailResponse'];
        };
      };
      /** @description The request is not valid */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The token or signature is missing or not valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The token lacks the required scope */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The user does not exist */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The current state does not allow this */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The content type is not application/json */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description Temporarily unavailable. Try again after Retry-After seconds */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
    };
  };
  eraseVerificationData: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Erased here; the providers are asked to */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErasureResponse'];
        };
      };
      /** @description The request is not valid */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The token or signature is missing or not valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The user does not exist */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The current state does not allow this */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The content type is not application/json */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description Too many requests. Try again after Retry-After seconds */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description Temporarily unavailable. Try again after Retry-After seconds */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
    };
  };
  startVerification: {
    parameters: {
      query?: never;
      header?: {
        /** @description A random value of the caller’s own, such as a UUID, bare or as a structured field’s string in quotes. A request that is repeated with it gets the first answer again. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['StartVerificationRequest'];
      };
    };
    responses: {
      /** @description The current provider session was resumed */
      200: {
        headers: {
          /** @description `true` where this is the first answer again */
          'Idempotency-Replayed'?: 'true';
          /** @description Each limit: its requests, and its period in seconds */
          'RateLimit-Policy'?: string;
          /** @description What is left of each, and the seconds until it is counted anew */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['StartVerificationResponse'];
        };
      };
      /** @description A provider session was created */
      201: {
        headers: {
          /** @description `true` where this is the first answer again */
          'Idempotency-Replayed'?: 'true';
          /** @description Each limit: its requests, and its period in seconds */
          'RateLimit-Policy'?: string;
          /** @description What is left of each, and the seconds until it is counted anew */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['StartVerificationResponse'];
        };
      };
      /** @description The request is not valid */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The token or signature is missing or not valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The user does not exist */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The current state does not allow this */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The content type is not application/json */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The Idempotency-Key was already used for a different request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description Too many requests. Try again after Retry-After seconds */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The identity provider rejected the request */
      502: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description Temporarily unavailable. Try again after Retry-After seconds */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
    };
  };
  getVerificationStatus: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['VerificationStatusResponse'];
        };
      };
      /** @description The token or signature is missing or not valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The user does not exist */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description Temporarily unavailable. Try again after Retry-After seconds */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
    };
  };
  streamVerificationStatus: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description `event: status`, whose `data` is a VerificationStatusResponse. A comment every 15 s keeps the connection open. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': components['schemas']['VerificationStatusResponse'];
        };
      };
      /** @description The token or signature is missing or not valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The user does not exist */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description Too many requests. Try again after Retry-After seconds */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description Temporarily unavailable. Try again after Retry-After seconds */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
    };
  };
  receiveWebhook: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': Record<string, never>;
      };
    };
    responses: {
      /** @description The event is stored */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': Record<string, never>;
        };
      };
      /** @description The request is not valid */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The token or signature is missing or not valid */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description The content type is not application/json */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
      /** @description Temporarily unavailable. Try again after Retry-After seconds */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemResponse'];
        };
      };
    };
  };
}
