import { Inject, Injectable, NotFoundException } from '@nestjs/common';
import type { GuardedProvider } from './guarded-provider.ts';
import type { Delivery } from './kyc-provider.ts';
import type { ProviderDefinition } from './provider-definition.ts';
import { SignatureRefusedError } from './provider-errors.ts';

export interface ConfiguredProvider {
  definition: ProviderDefinition;
  provider: GuardedProvider;
}

export const KYC_PROVIDERS = Symbol('KYC_PROVIDERS');
/** The providers that get new sessions, in order of preference. Contains at least one name. */
export const PREFERRED_PROVIDERS = Symbol('PREFERRED_PROVIDERS');

@Injectable()
export class ProviderService {
  constructor(
    @Inject(KYC_PROVIDERS) private readonly configured: ReadonlyMap<string, ConfiguredProvider>,
    @Inject(PREFERRED_PROVIDERS) private readonly preferred: readonly [string, ...string[]],
  ) {}

  /** Returns KYC_PROVIDER. While KYC_PROVIDER fails, returns the first fallback that accepts sessions. */
  forNewSession(): GuardedProvider {
    const candidates = this.preferred.map((name) => this.of(name));
    return candidates.find((provider) => provider.isAcceptingSessions) ?? this.of(this.preferred[0]);
  }

  /** Returns the next provider for a start that the providers in `tried` failed, or null if none accepts sessions. */
  forNewSessionAfter(tried: ReadonlySet<string>): GuardedProvider | null {
    const candidates = this.preferred.filter((name) => !tried.has(name)).map((name) => this.of(name));
    return candidates.find((provider) => provider.isAcceptingSessions) ?? null;
  }

  get names(): string[] {
    return [...this.configured.keys()];
  }

  has(name: string): boolean {
    return this.configured.has(name);
  }

  /** The provider of a stored session can differ from KYC_PROVIDER after a change of configuration. */
  of(name: string): GuardedProvider {
    return this.require(name).provider;
  }

  definitionOf(name: string): ProviderDefinition {
    return this.require(name).definition;
  }

  /**
   * Selects by the name in the address, or at the common address by the signature header. Only the returned provider may
   * verify the delivery.
   * @throws SignatureRefusedError if the delivery carries the header of no such provider, or of several;
   *   NotFoundException if the named provider is not configured
   */
  forDelivery(headers: Delivery['headers'], name: string | null): GuardedProvider {
    if (name !== null && !this.has(name)) throw new NotFoundException();
    const addressed = name === null ? [...this.configured.values()] : [this.require(name)];
    const candidates = addressed.filter(
      ({ definition }) => headers[definition.signatureHeaders[0]] !== undefined,
    );
    const [candidate] = candidates;
    if (candidate === undefined) {
      throw new SignatureRefusedError('the delivery has no signature header of a configured provider');
    }
    if (candidates.length > 1) {
      throw new SignatureRefusedError('the delivery has signature headers of several providers');
    }
    return candidate.provider;
  }

  private require(name: string): ConfiguredProvider {
    const configured = this.configured.get(name);
    if (configured === undefined) throw new Error(`The provider ${name} is not configured`);
    return configured;
  }
}
