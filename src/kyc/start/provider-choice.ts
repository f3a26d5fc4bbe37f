import type { GuardedProvider } from '../providers/guarded-provider.ts';
import { type ProviderRefusedError, ProviderUnavailableError } from '../providers/provider-errors.ts';
import type { ProviderService } from '../providers/provider.service.ts';

type ProviderFailure = ProviderRefusedError | ProviderUnavailableError;

/** The provider at which one start creates its session. Each failure moves on to the next one in the configured order. */
export class ProviderChoice {
  /** The error for the user if all providers fail: the first that a later start may not meet, or else the first. */
  failure: ProviderFailure | null = null;
  private readonly failed = new Set<string>();
  private provider: GuardedProvider;

  constructor(private readonly providers: ProviderService) {
    this.provider = providers.forNewSession();
  }

  get current(): GuardedProvider {
    return this.provider;
  }

  /** Moves on to the next provider. Returns false if there is none that accepts sessions. */
  failOver(failure: ProviderFailure): boolean {
    const isFirstRetryable =
      failure instanceof ProviderUnavailableError && !(this.failure instanceof ProviderUnavailableError);
    if (this.failure === null || isFirstRetryable) this.failure = failure;
    this.failed.add(this.provider.name);
    const next = this.providers.forNewSessionAfter(this.failed);
    this.provider = next ?? this.provider;
    return next !== null;
  }
}
