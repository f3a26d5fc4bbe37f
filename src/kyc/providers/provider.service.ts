import { Inject, Injectable } from '@nestjs/common';
import type { GuardedProvider } from './guarded-provider.ts';
import type { Delivery } from './kyc-provider.ts';
import { SignatureRefusedError } from './provider-errors.ts';

/** The configured providers, by name. */
export const KYC_PROVIDERS = Symbol('KYC_PROVIDERS');
/** The names of those that get new sessions, in the order of preference; at least one. */
export const PREFERRED_PROVIDERS = Symbol('PREFERRED_PROVIDERS');

/** The strategy: which identity provider speaks for a session. */
@Injectable()
export class ProviderService {
  constructor(
    @Inject(KYC_PROVIDERS) private readonly providers: ReadonlyMap<string, GuardedProvider>,
    @Inject(PREFERRED_PROVIDERS) private readonly preferred: readonly [string, ...string[]],
  ) {}

  /** The provider that a new session is opened at: KYC_PROVIDER, or a fallback while that one is failing. */
  forNewSession(): GuardedProvider {
    const candidates = this.preferred.map((name) => this.of(name));
    return candidates.find((provider) => provider.isTakingSessions) ?? this.of(this.preferred[0]);
  }

  /** Every configured provider's name. */
  get names(): string[] {
    return [...this.providers.keys()];
  }

  has(name: string): boolean {
    return this.providers.has(name);
  }

  /** The provider that an open session belongs to: sessions outlive a change of configuration. */
  of(name: string): GuardedProvider {
    const provider = this.providers.get(name);
    if (provider === undefined) throw new Error(`The provider ${name} is not configured`);
    return provider;
  }

  /**
   * The provider whose signature header the delivery carries; only that one may verify it.
   *
   * @throws SignatureRefusedError where there is none, or more than one
   */
  recognise(headers: Delivery['headers']): GuardedProvider {
    const candidates = [...this.providers.values()].filter(
      (provider) => headers[provider.signatureHeader] !== undefined,
    );
    const [provider] = candidates;
    if (provider === undefined)
      throw new SignatureRefusedError('no configured provider has such a signature header');
    if (candidates.length > 1) throw new SignatureRefusedError('signature headers of several providers');
    return provider;
  }
}
