import type { DeliveryRecord, ProviderName } from './sandbox.ts';

const HEADERS: Readonly<Record<ProviderName, string>> = {
  persona: 'persona-signature',
  veriff: 'x-hmac-signature',
  onfido: 'x-sha2-signature',
};

/** The header that the gateway checks; its value is null until the delivery is signed for the first attempt. */
export function signatureOf(delivery: DeliveryRecord): { header: string; value: string | null } {
  const header = HEADERS[delivery.provider];
  return { header, value: delivery.headers[header] ?? null };
}
