import type { ProviderName, Sandbox } from '../sandbox-type.ts';
import type { EmulatedProvider } from '../provider/contract.ts';
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
    providers: PROVIDER_NAMES.map((name) => providerState(name, sandbox[name])),
    mails: sandbox.mailbox.messages().toReversed(),
    hasDatabase: context.records !== undefined,
  };
}

function providerState(name: ProviderName, provider: EmulatedProvider): ProviderState {
  return {
    name,
    mode: provider.mode(),
    sessions: provider.sessions().toReversed(),
    calls: provider.calls().toReversed(),
    deliveries: provider.deliveries().toReversed(),
  };
}
