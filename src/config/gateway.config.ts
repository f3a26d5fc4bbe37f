import type { UsersTableConfig } from './table-name.ts';
import type { OutboundProxy } from '../common/outbound-agent.ts';

export interface TracingConfig {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** A value of OTEL_TRACES_SAMPLER. */
  readonly sampler: string;
  readonly samplerRatio: number;
}

export interface RateLimit {
  readonly requests: number;
  readonly seconds: number;
}

/** The validated and frozen configuration. Inject it as `ConfigService<GatewayConfig, true>`. */
export interface GatewayConfig {
  readonly http: {
    readonly port: number;
    readonly host: string;
    readonly corsOrigins: readonly string[];
    readonly trustedProxyHops: number;
    readonly hasApiDocs: boolean;
    readonly drainSeconds: number;
  };
  readonly outboundProxy: OutboundProxy;
  readonly logLevel: string;
  /** Undefined if tracing is off. */
  readonly tracing: TracingConfig | undefined;
  readonly database: { readonly url: string; readonly migratesAtStart: boolean; readonly poolSize: number };
  readonly auth: {
    readonly issuer: string;
    /** The token must be for one of these audiences. Empty if the audience is not checked. */
    readonly audiences: readonly string[];
    /** The token must be issued to one of these clients. Empty if the client is not checked. */
    readonly clientIds: readonly string[];
    /** The required `typ` header of a token, or undefined if every type is accepted. */
    readonly tokenType: string | undefined;
    /** At least one of `jwksUrl` and `secrets` is set. */
    readonly jwksUrl: string | undefined;
    readonly secrets: readonly string[];
    /** The paths of the claims that hold the id and the e-mail address of the user. */
    readonly userClaim: string;
    readonly emailClaim: string;
    /** Undefined if the operator scope is read from the claims `scope` and `scp`. */
    readonly admin: { readonly claim: string; readonly value: string } | undefined;
  };
  readonly users: {
    readonly shouldCreateFromToken: boolean;
    /** The column that holds the token's user id, if it is not the id column. */
    readonly tokenColumn: string | undefined;
    readonly table: UsersTableConfig;
  };
  readonly mail: { readonly smtpUrl: string; readonly from: string };
  readonly kyc: {
    readonly provider: string;
    /** The providers of new sessions while `provider` fails, in order of preference. */
    readonly fallbackProviders: readonly string[];
    /** The first page is the default. */
    readonly redirectUrls: readonly string[];
    readonly maxAttempts: number;
    readonly reconcileAfterSeconds: number;
    readonly idempotencyHours: number;
    readonly erasureKeepsDecision: boolean;
  };
  readonly retention: {
    /** Counts from the end of an attempt. Retention always keeps the current attempt of a user. */
    readonly sessionsDays: number;
    readonly unmatchedEventsDays: number;
    readonly erasuresDays: number;
  };
  readonly rateLimits: { readonly startPerUser: RateLimit; readonly startPerAddress: RateLimit };
  /** Maps the name of each configured provider to its validated variables. */
  readonly providers: ReadonlyMap<string, object>;
}
