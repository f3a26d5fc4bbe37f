import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { GatewayConfig } from '../../config/gateway.config.ts';
import { RedirectNotAllowedError } from '../kyc-errors.ts';

/** The allow-list of places that a provider may send the user back to. */
@Injectable()
export class RedirectUrls {
  private readonly allowed: readonly string[];

  constructor(config: ConfigService<GatewayConfig, true>) {
    this.allowed = config.get('kyc', { infer: true }).redirectUrls;
  }

  /** @throws RedirectNotAllowedError unless the URL is on the list, to the letter */
  choose(asked: string | undefined): string {
    const [first = ''] = this.allowed;
    if (asked === undefined) return first;
    if (!this.allowed.includes(asked))
      throw new RedirectNotAllowedError('redirect_url is not in KYC_REDIRECT_URLS');
    return asked;
  }
}
