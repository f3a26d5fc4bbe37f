import type { EmulatedProvider, Sandbox } from '../contract.ts';
import { PROVIDER_NAMES } from '../providers.ts';
import type { ProviderState, SandboxState } from '../state.ts';
import type { Surroundings } from './surroundings.ts';

export function stateOf(sandbox: Sandbox, around: Surroundings): SandboxState {
  return {
    gateway: {
      url: around.gatewayUrl,
      provider: around.steering?.provider() ?? null,
      canSwitchProvider: around.steering !== undefined,
    },
    users: [...around.users],
    providers: PROVIDER_NAMES.map((name) => providerState(sandbox[name])),
    mails: sandbox.mailbox.messages().toReversed(),
    hasDatabase: around.records !== undefined,
  };
}

function providerState(provider: EmulatedProvider): ProviderState {
  return {
    name: provider.name,
    mode: provider.mode(),
    sessions: provider.sessions().toReversed(),
    calls: provider.calls().toReversed(),
    deliveries: provider.deliveries().toReversed(),
  };
}
