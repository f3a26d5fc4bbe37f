import type { Dispatcher } from 'undici';
import type { EnvironmentGroup } from '../../config/environment-group.ts';
import type { KycProvider } from './kyc-provider.ts';

/**
 * All facts about one provider that the gateway needs outside the provider's folder. A new provider is one folder
 * with a definition, and one line in registry.ts.
 */
export interface ProviderDefinition<
  Environment extends object = object,
> extends EnvironmentGroup<Environment> {
  /**
   * The request headers that sign a delivery, in lower case. The first header carries the signature. At the common address
   * for webhooks it identifies the provider. If two configured providers share it, each needs its own address,
   * `/api/webhooks/kyc-status/:provider`.
   */
  readonly signatureHeaders: readonly [string, ...string[]];
  /** The variables that `KycProvider.checkAccess` proves, for an operator whose credentials are rejected. */
  readonly accessVariables: readonly [string, ...string[]];
  /**
   * How many requests all replicas together make per minute for which no user waits: reads of silent sessions, lookups
   * and erasures. At most half of the provider's documented limit, because users who start a verification need the other
   * half.
   */
  readonly readsPerMinute: number;
  /**
   * How many milliseconds after its start `KycProvider.recoverSession` can still find the session of an attempt whose
   * call got no response. After that the attempt fails.
   */
  readonly recoverableForMs: number;
  /**
   * Whether `KycProvider.recoverSession` is a search that creates nothing. Then its null means that the session does not
   * exist. Otherwise the provider cannot search, or the call can create the session.
   */
  readonly canSearchByAttempt: boolean;
  /**
   * Whether the provider sends a webhook when the user has submitted everything. Otherwise the gateway reads the session
   * when the user returns, because the user would be asked to continue.
   */
  readonly reportsSubmission: boolean;

  /** Builds the adapter from the validated environment variables. The adapter makes every call with the dispatcher. */
  create(environment: Environment, dispatcher: Dispatcher): KycProvider;
}
