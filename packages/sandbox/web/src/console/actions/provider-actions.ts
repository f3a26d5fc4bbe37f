import { PROVIDER_TITLES } from '../data/providers.ts';
import type { ProviderMode, ProviderName } from '../data/sandbox.ts';
import type { Action } from './action.ts';

export const MODES: readonly { mode: ProviderMode; label: string }[] = [
  { mode: 'normal', label: 'Normal' },
  { mode: 'slow', label: 'Slow' },
  { mode: 'down', label: 'Down' },
  { mode: 'rate_limited', label: 'Rate-limited' },
];

export function setMode(provider: ProviderName, mode: ProviderMode, label: string): Action {
  return {
    label: `${PROVIDER_TITLES[provider]} ${label.toLowerCase()}`,
    method: 'PUT',
    path: `/sandbox/${provider}/mode`,
    body: { mode },
  };
}

export function rotateSecret(provider: ProviderName): Action {
  return {
    label: `Rotate ${PROVIDER_TITLES[provider]}'s secret`,
    method: 'POST',
    path: `/sandbox/${provider}/secret-rotation`,
  };
}

export function switchGateway(provider: ProviderName): Action {
  return {
    label: `KYC_PROVIDER=${provider}`,
    method: 'PUT',
    path: '/sandbox/gateway/provider',
    body: { provider },
  };
}
