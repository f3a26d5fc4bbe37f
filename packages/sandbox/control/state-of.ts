import type { EmulatedProvider, Sandbox } from '../contract.ts';
import { PROVIDER_NAMES } from '../providers.ts';
import type { ProviderState, SandboxState } from '../state.ts';
import type { ControlContext } from './control-context.ts';

export function stateOf(sandbox: Sandbox, context: ControlContext): SandboxState {
  return {
    gateway: {
      url: context.gatewayUrl,
      provider: context.gatewayControl?.provider() ?? null,
      canSwitchProvider: context.gatewayControl !== undefined,
    },
    users: [...context.users],
    providers: PROVIDER_NAMES.map((name) => providerState(sandbox[name])),
    mails: sandbox.mailbox.messages().toReversed(),
    hasDatabase: context.records !== undefined,
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
