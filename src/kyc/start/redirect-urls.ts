import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { DomainError } from '../../common/domain-error.ts';
import type { GatewayConfig } from '../../config/gateway.config.ts';

export class RedirectNotAllowedError extends DomainError {
  readonly kind = 'malformed';
  readonly code = 'kyc.redirect_not_allowed';
  readonly title = 'This redirect_url is not allowed';
}

/** The allow-list of URLs to which a provider may send the user back. */
@Injectable()
export class RedirectUrls {
  private readonly allowed: readonly string[];

  constructor(config: ConfigService<GatewayConfig, true>) {
    this.allowed = config.get('kyc', { infer: true }).redirectUrls;
  }

  /**
   * Returns the requested URL, or the first of the list if none is requested.
   *
   * @throws RedirectNotAllowedError unless the URL equals one of the list, character by character
   */
  choose(requested: string | undefined): string {
    const [first = ''] = this.allowed;
    if (requested === undefined) return first;
    if (!this.allowed.includes(requested))
      throw new RedirectNotAllowedError('redirect_url is not in KYC_REDIRECT_URLS');
    return requested;
  }
}
