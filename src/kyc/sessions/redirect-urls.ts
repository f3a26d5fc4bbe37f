import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { DomainError } from '../../common/domain-error.ts';
import type { GatewayConfig } from '../../config/gateway.config.ts';

export class RedirectNotAllowedError extends DomainError {
  readonly kind = 'malformed';
  readonly code = 'kyc.redirect_not_allowed';
  readonly title = 'This redirect_url is not allowed';
}

@Injectable()
export class RedirectUrls {
  private readonly allowed: readonly string[];

  constructor(config: ConfigService<GatewayConfig, true>) {
    this.allowed = config.get('kyc', { infer: true }).redirectUrls;
  }

  /** Whether the URL of an earlier start is still in the list. */
  isAllowed(url: string | null): url is string {
    return url !== null && this.allowed.includes(url);
  }

  /**
   * The first URL of the list is the default.
   * @throws RedirectNotAllowedError unless the list contains the URL, character by character
   */
  choose(requested: string | undefined): string {
    const [first = ''] = this.allowed;
    if (requested === undefined) return first;
    if (!this.allowed.includes(requested))
      throw new RedirectNotAllowedError('redirect_url is not in KYC_REDIRECT_URLS');
    return requested;
  }
}
