import { Inject, Injectable } from '@nestjs/common';
import type { Delivery, KycProvider } from './kyc-provider.js';
import { SignatureRefusedError } from './provider-errors.js';

/** The configured providers, by name. */
export const KYC_PROVIDERS = Symbol('KYC_PROVIDERS');
/** The name of the one that gets new sessions. */
export const CURRENT_PROVIDER = Symbol('CURRENT_PROVIDER');

/** The strategy: which identity provider speaks for a session. */
@Injectable()
export class ProviderService {
  constructor(
    @Inject(KYC_PROVIDERS) private readonly providers: ReadonlyMap<string, KycProvider>,
    @Inject(CURRENT_PROVIDER) private readonly currentName: string,
  ) {}

  /** The provider that new sessions are opened at. */
  current(): KycProvider {
    return this.of(this.currentName);
  }

  has(name: string): boolean {
    return this.providers.has(name);
  }

  /** The provider that an open session belongs to: sessions outlive a change of configuration. */
  of(name: string): KycProvider {
    const provider = this.providers.get(name);
    if (provider === undefined) throw new Error(`The provider ${name} is not configured`);
    return provider;
  }

  /**
   * The provider whose signature header the delivery carries; only that one may verify it.
   *
   * @throws SignatureRefusedError where there is none, or more than one
   */
  recognise(headers: Delivery['headers']): KycProvider {
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
