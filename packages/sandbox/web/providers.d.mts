import type { ProviderFacts } from '../provider/facts.ts';

export const TABLE: readonly (readonly [name: string, facts: ProviderFacts])[];
