import type { Outcome, ProviderName } from './contract.ts';
import { DECLINE_REASONS, RESUBMISSION_REASONS } from './veriff/reasons.ts';

export interface Reason {
  value: string;
  label: string;
}

interface ProviderEntry {
  /** The provider's own spelling of its name. */
  title: string;
  apiPath: string;
  signatureHeader: string;
  /** The outcomes for which the provider sends a webhook (packages/sandbox/README.md lists the exceptions). */
  announced: readonly Outcome[];
  /** Veriff has a fixed list. At Persona and Onfido each account defines its own, so these are examples. */
  declineReasons: readonly Reason[];
  /** Empty if the provider cannot ask for another try within a session. */
  resubmissionReasons: readonly Reason[];
  /** The color of the provider's tag in the console. The contrast with every surface is at least 4.5, light and dark. */
  tagColor: string;
  /** The color of buttons and borders on the provider's hosted page, light and dark. */
  accentColor: string;
}

/** The emulated providers, in the order in which the pages and the help list them. */
export const PROVIDERS: Readonly<Record<ProviderName, ProviderEntry>> = {
  persona: {
    title: 'Persona',
    apiPath: '/persona/api/v1',
    signatureHeader: 'persona-signature',
    announced: ['start', 'submit', 'review', 'approve', 'decline', 'expire', 'fail'],
    // An inquiry has no reason. Reviewers use tags, which each organization defines itself.
    declineReasons: ['fraud-ring', 'poor-image', 'expired-document'].map((value) => ({
      value,
      label: `tag ${value}`,
    })),
    resubmissionReasons: [],
    tagColor: 'light-dark(#6a3da0, #c7a8f4)',
    accentColor: 'light-dark(#6d28d9, #c4a7fb)',
  },
  veriff: {
    title: 'Veriff',
    apiPath: '/veriff/v1',
    signatureHeader: 'x-hmac-signature',
    announced: ['start', 'submit', 'review', 'resubmit', 'approve', 'decline', 'expire', 'abandon'],
    declineReasons: withCode(DECLINE_REASONS),
    resubmissionReasons: withCode(RESUBMISSION_REASONS),
    tagColor: 'light-dark(#0a665f, #6fd0c5)',
    accentColor: 'light-dark(#0f6b62, #5fd4c4)',
  },
  onfido: {
    title: 'Onfido',
    apiPath: '/onfido/v3.6',
    signatureHeader: 'x-sha2-signature',
    announced: ['review', 'approve', 'decline', 'abandon', 'fail'],
    // The owner of a workflow configures its reasons. These names follow the findings of Onfido's reports.
    declineReasons: [
      'document_expired',
      'blurred_photo',
      'glare_on_photo',
      'missing_back',
      'digital_tampering',
    ].map((value) => ({ value, label: value })),
    resubmissionReasons: [],
    tagColor: 'light-dark(#8a3a5c, #f0a6c4)',
    accentColor: 'light-dark(#1d4ed8, #9dbcff)',
  },
};

export const PROVIDER_NAMES = Object.keys(PROVIDERS) as ProviderName[];

/** The titles as an English list: "Persona, Veriff and Onfido". */
export const PROVIDER_LIST = new Intl.ListFormat('en-GB').format(
  Object.values(PROVIDERS).map(({ title }) => title),
);

function withCode(reasons: Readonly<Record<string, string>>): Reason[] {
  return Object.entries(reasons).map(([value, label]) => ({ value, label: `${value} ${label}` }));
}
