import { PROVIDER_TITLES } from '../data/providers.ts';
import type { ProviderName } from '../data/sandbox.ts';

export function ProviderTag({ provider }: { provider: ProviderName }) {
  return <span className={`provider provider-${provider}`}>{PROVIDER_TITLES[provider]}</span>;
}
