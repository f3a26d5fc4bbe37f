// Generated from docs/openapi.json by `npm run openapi`. Do not edit.
export interface paths {
  '/api/admin/kyc/late-verdicts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List late verdicts
     * @description Returns one page of verdicts that arrived after a newer attempt had replaced their attempt, newest first. Contains only verdicts that differ from the user's status and that no newer decision has made needless.
     */
    get: operations['listLateVerdicts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/admin/kyc/late-verdicts/{eventId}/accept': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Accept a late verdict
     * @description Makes the verdict the user's status, as an override with the same status does. A late verdict can be accepted once.
     */
    post: operations['acceptLateVerdict'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/admin/kyc/users': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List users
     * @description Returns one page of users, ordered by status and id.
     */
    get: operations['listUsers'];
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
    /**
     * Get a user
     * @description Returns a user's status, all attempts and their events. Never returns links, tokens or addresses.
     */
    get: operations['getUser'];
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
    /**
     * Erase the data of a user
     * @description Erases the user's verification data: at the gateway at once, at the providers as soon as they allow it.
     */
    delete: operations['eraseUser'];
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
    /**
     * Override the status of a user
     * @description Records the operator's decision in place of the provider's. A later verdict of the provider replaces it.
     */
    post: operations['overrideStatus'];
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
    /**
     * Reconcile a user's sessions
     * @description Reads the user's sessions at their providers now, and returns the result of each.
     */
    post: operations['reconcileUser'];
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
    /**
     * Send the last mail again
     * @description Queues the mail that belongs to the user's current status again.
     */
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
    /**
     * Erase the verification data of the user
     * @description Ends an open session and erases the data in the gateway at once. The providers erase their data later, which can take weeks. Repeating the request is safe: it returns the same request until all providers are done.
     */
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
     * @description The signature header identifies the provider: `persona-signature` (persona), `x-hmac-signature` with `x-auth-client` (veriff), `x-sha2-signature` (onfido). The response is 200 only after the event is stored. Providers repeat every delivery that is not answered with 200, so signed JSON of an unknown type or shape is also stored. It changes no status.
     */
    post: operations['receiveWebhook'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/webhooks/kyc-status/{provider}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Receive a webhook of one identity provider
     * @description The same as the common address, for one provider only: for allow-lists, for metrics of a proxy, and for providers that share a signature header.
     */
    post: operations['receiveWebhookOf'];
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
    AcceptLateVerdictRequest: {
      /**
       * @description Reason for the audit trail. The user never sees it. Do not enter personal data.
       * @example Passport seen at the branch, ticket 4711
       */
      reason: string;
    };
    AttemptResponse: {
      /** @example veriff */
      provider: string;
      /** @description The provider's session id; null if the provider never answered */
      session_id: string | null;
      /**
       * @description The state of the attempt
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
        | 'fraud'
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
       * @description When the gateway reads the session at the provider, if no webhook arrives before
       */
      next_read_at: string | null;
      /** @description Ordered by the provider's time */
      events: components['schemas']['EventResponse'][];
    };
    ErasureResponse: {
      /**
       * Format: uuid
       * @description Identifies the request. A repeated request has the same id until all providers have erased their data
       */
      request_id: string;
      /**
       * Format: date-time
       * @description When the request was made for the first time
       */
      requested_at: string;
    };
    EventResponse: {
      /** @description The provider; `gateway` for an event that belongs to no provider */
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
        | 'fraud'
        | null;
      /**
       * Format: date-time
       * @description Time of the event at the provider
       */
      occurred_at: string | null;
      /** Format: date-time */
      received_at: string;
      /** @enum {string} */
      source: 'webhook' | 'poll' | 'gateway' | 'operator';
      /** @description True if the event named another user than its session belongs to; it changes nothing */
      is_refused: boolean;
      /** @description The operator who acted */
      actor: string | null;
      /** @description The operator's reason, or what the provider reported besides a verdict, such as `watchlist_screening: possible_match` */
      note: string | null;
    };
    /** @enum {string} */
    KycStatus: 'not_verified' | 'pending' | 'verified' | 'rejected';
    LateVerdictListResponse: {
      /** @description Newest first */
      late_verdicts: components['schemas']['LateVerdictResponse'][];
      /** @description Pass it as `after` to get the next page. Null on the last page. The page after a full page can be empty. */
      next: string | null;
    };
    LateVerdictResponse: {
      /**
       * @description The id under which the verdict can be accepted
       * @example 4711
       */
      event_id: string;
      /** @description The user id as the database spells it */
      user_id: string;
      /** @description The user's status now. The verdict differs from it */
      kyc_status: components['schemas']['KycStatus'];
      /** @example veriff */
      provider: string;
      /** @description The provider's id of the session that the verdict is about */
      session_id: string;
      /** @enum {string} */
      outcome: 'in_review' | 'approved' | 'declined';
      /** @enum {string|null} */
      reason:
        | 'document_unreadable'
        | 'document_expired'
        | 'document_unsupported'
        | 'selfie_problem'
        | 'underage'
        | 'attempts_exceeded'
        | 'other'
        | 'fraud'
        | null;
      /**
       * Format: date-time
       * @description Time of the verdict at the provider
       */
      occurred_at: string | null;
      /** Format: date-time */
      received_at: string;
    };
    /**
     * @description `start` and `retry`: call start-verification. `continue`: call it too; it resumes the same session. `wait`: the provider is deciding. `contact_support`: no attempts are left, or the reason allows no other attempt. `none`: the user is verified.
     * @enum {string}
     */
    NextAction: 'start' | 'continue' | 'wait' | 'retry' | 'contact_support' | 'none';
    OverrideRequest: {
      /** @enum {string} */
      status: 'verified' | 'rejected' | 'pending';
      /**
       * @description Reason for the audit trail. The user never sees it. Do not enter personal data.
       * @example Passport seen at the branch, ticket 4711
       */
      reason: string;
      /**
       * @description Reason for the user; only with `rejected`. Default: `other`. `fraud` is shown to the user as `other`. After `underage` and `fraud` the user cannot start again; after any other reason they can.
       * @enum {string}
       */
      rejection_reason?:
        | 'document_unreadable'
        | 'document_expired'
        | 'document_unsupported'
        | 'selfie_problem'
        | 'underage'
        | 'attempts_exceeded'
        | 'other'
        | 'fraud';
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
        | 'kyc.late_verdict_accepted'
        | 'kyc.late_verdict_erased'
        | 'kyc.late_verdict_outdated'
        | 'kyc.no_session'
        | 'kyc.nothing_to_tell'
        | 'kyc.own_case'
        | 'kyc.redirect_not_allowed'
        | 'kyc.retry_not_allowed'
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
        | 'service.overloaded'
        | 'stream.too_many'
        | 'stream.unavailable'
        | 'user.not_written'
        | 'user.unknown'
        | 'webhook.malformed'
        | 'webhook.not_stored'
        | 'webhook.not_verifiable'
        | 'webhook.signature_invalid';
      /** @description One sentence for each field that is wrong */
      errors?: string[];
    };
    ReconciledSessionResponse: {
      /** @example onfido */
      provider: string;
      /** @description The provider's session id; null if the provider never answered */
      session_id: string | null;
      /**
       * @description Phase before the read
       * @example open
       */
      before: string;
      /**
       * @description Phase after the read
       * @example approved
       */
      after: string;
      /**
       * @description `unavailable`: the provider did not answer. `refused`: the provider rejected the request. `not_read`: the gateway sent no request, because the provider kept failing, is no longer configured, has no reads left in this minute, or the attempt has no provider session.
       * @enum {string}
       */
      result: 'moved' | 'unchanged' | 'refused' | 'unavailable' | 'not_read';
    };
    ReconciliationResponse: {
      /** @description Newest first */
      sessions: components['schemas']['ReconciledSessionResponse'][];
    };
    ResendMailResponse: {
      /**
       * Format: uuid
       * @description The Message-ID of the mail starts with this id
       */
      mail_id: string;
      /**
       * @description Subject of the mail
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
      /** @description Newest first */
      sessions: components['schemas']['AttemptResponse'][];
      /** @description Events about the user that belong to no known session */
      events: components['schemas']['EventResponse'][];
    };
    UserListResponse: {
      /** @description Ordered by status, then by id */
      users: components['schemas']['UserStatusResponse'][];
      /** @description Pass it as `after` to get the next page. Null on the last page. The page after a full page can be empty. */
      next: string | null;
    };
    UserStatusResponse: {
      kyc_status: components['schemas']['KycStatus'];
      /** @example veriff */
      kyc_provider: string | null;
      /** @description The provider's id of the current session; `erased:…` after an erasure */
      kyc_session_id: string | null;
      /**
       * @description Reason for the rejection, or for the request to submit again
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
      /**
       * Format: date-time
       * @description Null before the first attempt
       */
      updated_at: string | null;
      /** @description The user id as the database spells it */
      user_id: string;
    };
    VerificationStatusResponse: {
      kyc_status: components['schemas']['KycStatus'];
      /** @example veriff */
      kyc_provider: string | null;
      /** @description The provider's id of the current session; `erased:…` after an erasure */
      kyc_session_id: string | null;
      /**
       * @description Reason for the rejection, or for the request to submit again
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
      /** @description `start` and `retry`: call start-verification. `continue`: call it too; it resumes the same session. `wait`: the provider is deciding. `contact_support`: no attempts are left, or the reason allows no other attempt. `none`: the user is verified. */
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
  listLateVerdicts: {
    parameters: {
      query?: {
        limit?: number;
        /** @description `next` of the previous page */
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
          'application/json': components['schemas']['LateVerdictListResponse'];
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
  acceptLateVerdict: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        eventId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['AcceptLateVerdictRequest'];
      };
    };
    responses: {
      /** @description The resulting status */
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
  listUsers: {
    parameters: {
      query?: {
        /** @description Only users of this status */
        status?: components['schemas']['KycStatus'];
        limit?: number;
        /** @description `next` of the previous page */
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
  getUser: {
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
  eraseUser: {
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
      /** @description Erased at the gateway; erasure at the providers is queued */
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
  overrideStatus: {
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
      /** @description The resulting status */
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
  reconcileUser: {
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
      /** @description The result of each session */
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
      /** @description The mail is queued */
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
      /** @description The data is erased in the gateway; the erasure at the providers is scheduled */
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
        /** @description A random value that the caller chooses, such as a UUID, bare or in quotes (a string of RFC 9651). A repeated request with the same key returns the first response again. */
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
          /** @description `true` if this is the first response again */
          'Idempotency-Replayed'?: 'true';
          /** @description Each limit: its requests (q), and its period in seconds (w) */
          'RateLimit-Policy'?: string;
          /** @description Each limit: the remaining requests (r), and the seconds until the count starts again (t) */
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
          /** @description `true` if this is the first response again */
          'Idempotency-Replayed'?: 'true';
          /** @description Each limit: its requests (q), and its period in seconds (w) */
          'RateLimit-Policy'?: string;
          /** @description Each limit: the remaining requests (r), and the seconds until the count starts again (t) */
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
      query?: {
        /** @description `true` once, when the user returns from the provider's page. Some providers send no webhook when the user has finished. Their session is then read, for at most 4 s and once in 10 s, so that `next_action` becomes `wait`. */
        returned?: boolean;
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
  receiveWebhookOf: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        provider: 'persona' | 'veriff' | 'onfido';
      };
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
}
