import type { GatewayConfig } from '../config/gateway.config.ts';
import { failed, type Finding, ok, warning } from './finding.ts';

/**
 * Compares the pages to which a provider sends users with the origins that may call the gateway. Does not call the
 * pages, because the browser of a user can reach other servers than the gateway can.
 */
export function examineRedirectUrls({
  kyc,
  http,
}: Pick<GatewayConfig, 'kyc'> & { http: Pick<GatewayConfig['http'], 'corsOrigins'> }): Finding {
  const check = 'redirect URLs';
  const urls = kyc.redirectUrls.map((url) => new URL(url));
  const local = urls.filter(({ protocol }) => protocol !== 'https:');
  if (local.length === urls.length) {
    return {
      check,
      ...failed(
        `KYC_REDIRECT_URLS names only this machine (${originsOf(local)}). Name a page with https that users can reach.`,
      ),
    };
  }
  if (local.length > 0) {
    return {
      check,
      ...warning(
        `${originsOf(local)} is only on this machine. Remove it from KYC_REDIRECT_URLS in production.`,
      ),
    };
  }
  const foreign = urls.filter(({ origin }) => !http.corsOrigins.includes(origin));
  if (foreign.length === 0) return { check, ...ok('Users return to pages that may call the gateway.') };
  return {
    check,
    ...warning(
      `Pages of ${originsOf(foreign)} may not call the gateway. Add the origin to CORS_ORIGINS, unless the gateway has ` +
        'the same origin, or the page calls it through its own backend.',
    ),
  };
}

function originsOf(urls: readonly URL[]): string {
  return [...new Set(urls.map(({ origin }) => origin))].join(', ');
}
