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
    /** Where users come back to; the first is the default. */
    readonly redirectUrls: readonly string[];
    readonly maxAttempts: number;
  };
  readonly rateLimits: { readonly startPerUser: RateLimit; readonly startPerAddress: RateLimit };
  /** Each configured provider's validated variables, by its name. */
  readonly providers: ReadonlyMap<string, object>;
}
