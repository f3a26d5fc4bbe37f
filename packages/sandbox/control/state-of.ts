import type { EmulatedProvider, Sandbox } from '../contract.ts';
import type { ProviderState, SandboxState } from '../state.ts';
import type { Surroundings } from './surroundings.ts';

/** Everything at this moment; whatever grows comes newest first. */
export function stateOf(sandbox: Sandbox, around: Surroundings): SandboxState {
  return {
    gateway: {
      url: around.gatewayUrl,
      provider: around.steering?.provider() ?? null,
      canSwitchProvider: around.steering !== undefined,
    },
    users: [...around.users],
    providers: [sandbox.persona, sandbox.veriff, sandbox.onfido].map(providerState),
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
