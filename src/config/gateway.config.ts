/** Requests allowed in a period. */
export interface RateLimit {
  readonly requests: number;
  readonly seconds: number;
}

/** The configuration as the code reads it: validated, typed, frozen. `ConfigService<GatewayConfig, true>` hands it out. */
export interface GatewayConfig {
  readonly http: {
    readonly port: number;
    readonly host: string;
    readonly corsOrigins: readonly string[];
    /** How many proxies stand in front; the client's address is taken that many hops back, never further. */
    readonly trustedProxyHops: number;
    readonly hasApiDocs: boolean;
    /** How long requests are still taken at shutdown, for load balancers to notice that it is not ready any more. */
    readonly drainSeconds: number;
  };
  readonly logLevel: string;
  readonly database: { readonly url: string; readonly migratesAtStart: boolean; readonly poolSize: number };
  readonly auth: {
    readonly issuer: string;
    readonly audience: string;
    /** One of the two is there. */
    readonly jwksUrl: string | undefined;
    readonly secret: string | undefined;
  };
  readonly users: { readonly areCreatedFromToken: boolean };
  readonly mail: { readonly smtpUrl: string; readonly from: string };
  readonly kyc: {
    /** Who gets new sessions; its variables are in `providers`. */
    readonly provider: string;
    /** Who gets them while that one is failing, in this order; configured like it. */
    readonly fallbackProviders: readonly string[];
    /** Where users come back to; the first is the default. */
    readonly redirectUrls: readonly string[];
    readonly maxAttempts: number;
    /** How long a session may be silent before it is read at its provider; each time without news doubles it. */
    readonly reconcileAfterSeconds: number;
    /** How long the answer to an Idempotency-Key is kept. */
    readonly idempotencyHours: number;
    /** Whether an erasure leaves the status, and the history without what names anybody at a provider. */
    readonly erasureKeepsDecision: boolean;
  };
  /** How many days rows are kept. */
  readonly retention: {
    /** Sessions that are over and not their user's current one, with their events. */
    readonly sessionsDays: number;
    /** Events of no session of ours. */
    readonly unmatchedEventsDays: number;
    /** The evidence of erasures, from when they were complete. */
    readonly erasuresDays: number;
  };
  readonly rateLimits: { readonly startPerUser: RateLimit; readonly startPerAddress: RateLimit };
  /** Each configured provider's validated variables, by its name. */
  readonly providers: ReadonlyMap<string, object>;
}
