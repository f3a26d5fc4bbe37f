import type { Outcome, ProviderName } from '../../contract.ts';
import { DECLINE_REASONS, RESUBMISSION_REASONS } from '../../veriff/reasons.ts';

export interface Reason {
  value: string;
  label: string;
}

export interface ProviderFacts {
  /** The provider's own spelling of its name. */
  title: string;
  /** The header that carries the signature of a webhook. */
  signatureHeader: string;
  /** The outcomes for which the provider sends a webhook (packages/sandbox/README.md lists the exceptions). */
  announced: readonly Outcome[];
  /** Veriff has a fixed list. At Persona and Onfido each account defines its own, so these are examples. */
  declineReasons: readonly Reason[];
  /** Empty if the provider cannot ask for another try within a session. */
  resubmissionReasons: readonly Reason[];
  /** The color of the provider's tag. The contrast with every surface is at least 4.5, light and dark. */
  color: string;
}

/** Everything that the pages know about single providers. A provider without an entry does not compile. */
export const PROVIDERS: Readonly<Record<ProviderName, ProviderFacts>> = {
  persona: {
    title: 'Persona',
    signatureHeader: 'persona-signature',
    announced: ['start', 'submit', 'review', 'approve', 'decline', 'expire', 'fail'],
    declineReasons: ['fraud-ring', 'poor-image', 'expired-document'].map((value) => ({
      value,
      label: `tag ${value}`,
    })),
    resubmissionReasons: [],
    color: 'light-dark(#6a3da0, #c7a8f4)',
  },
  veriff: {
    title: 'Veriff',
    signatureHeader: 'x-hmac-signature',
    announced: ['start', 'submit', 'review', 'resubmit', 'approve', 'decline', 'expire', 'abandon'],
    declineReasons: listed(DECLINE_REASONS),
    resubmissionReasons: listed(RESUBMISSION_REASONS),
    color: 'light-dark(#0a665f, #6fd0c5)',
  },
  onfido: {
    title: 'Onfido',
    signatureHeader: 'x-sha2-signature',
    announced: ['review', 'approve', 'decline', 'abandon', 'fail'],
    declineReasons: [
      'document_expired',
      'blurred_photo',
      'glare_on_photo',
      'missing_back',
      'digital_tampering',
    ].map((value) => ({ value, label: value })),
    resubmissionReasons: [],
    color: 'light-dark(#8a3a5c, #f0a6c4)',
  },
};

export const PROVIDER_NAMES = Object.keys(PROVIDERS) as ProviderName[];

function listed(reasons: Readonly<Record<string, string>>): Reason[] {
  return Object.entries(reasons).map(([value, label]) => ({ value, label: `${value} ${label}` }));
}
