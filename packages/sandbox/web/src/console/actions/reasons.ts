import { DECLINE_REASONS, RESUBMISSION_REASONS } from '../../../../veriff/reasons.ts';
import type { ProviderName } from '../data/sandbox.ts';

interface Choice {
  value: string;
  label: string;
}

const USUAL: Choice = { value: '', label: 'usual reason' };

/** Veriff's lists are its own; Persona's tags and Onfido's reasons are each account's, and these are examples. */
const DECLINE: Readonly<Record<ProviderName, readonly Choice[]>> = {
  persona: ['fraud-ring', 'poor-image', 'expired-document'].map((tag) => ({
    value: tag,
    label: `tag ${tag}`,
  })),
  veriff: listed(DECLINE_REASONS),
  onfido: ['document_expired', 'blurred_photo', 'glare_on_photo', 'missing_back', 'digital_tampering'].map(
    (value) => ({ value, label: value }),
  ),
};

/** The empty one leaves the choice to the sandbox. */
export const declineReasons = (provider: ProviderName): Choice[] => [USUAL, ...DECLINE[provider]];

export const resubmissionReasons = (): Choice[] => [USUAL, ...listed(RESUBMISSION_REASONS)];

function listed(reasons: Readonly<Record<string, string>>): Choice[] {
  return Object.entries(reasons).map(([value, label]) => ({ value, label: `${value} ${label}` }));
}
