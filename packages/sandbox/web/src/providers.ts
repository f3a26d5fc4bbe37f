import type { ProviderFacts } from '../../provider/facts.ts';
import { TABLE } from '../providers.mjs';

const FACTS: ReadonlyMap<string, ProviderFacts> = new Map(TABLE);

export const PROVIDER_NAMES: readonly string[] = [...FACTS.keys()];

/** A newer sandbox or gateway can name a provider that this page does not know. The page then shows the name. */
export function factsOf(provider: string): ProviderFacts {
  return FACTS.get(provider) ?? { ...UNKNOWN, title: provider };
}

const UNKNOWN = {
  apiPath: '',
  signatureHeader: '',
  announced: [],
  declineReasons: [],
  resubmissionReasons: [],
  sampleRejection: { reason: '', explainedAs: 'other' },
  tagColor: 'inherit',
  accentColor: 'inherit',
} as const;
