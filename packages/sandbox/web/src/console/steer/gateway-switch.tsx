import { switchGateway } from '../actions/provider-actions.ts';
import { PROVIDER_TITLES, PROVIDERS } from '../data/providers.ts';
import type { SandboxState } from '../data/sandbox.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { AsCurl } from '../parts/as-curl.tsx';

export function GatewaySwitch({ gateway }: { gateway: SandboxState['gateway'] }) {
  return (
    <section className="control-group" aria-labelledby="gateway-title">
      <h3 id="gateway-title" className="mono">
        KYC_PROVIDER
      </h3>
      <div className="row segments" role="group" aria-labelledby="gateway-title">
        {PROVIDERS.map((provider) => (
          <ActionButton
            key={provider}
            action={switchGateway(provider)}
            isPressed={gateway.provider === provider}
            isDisabled={!gateway.canSwitchProvider}
            describedBy="gateway-hint"
          >
            {PROVIDER_TITLES[provider]}
          </ActionButton>
        ))}
      </div>
      <p id="gateway-hint" className="quiet">
        {gateway.canSwitchProvider
          ? 'Where new sessions open. Open sessions go on at their provider.'
          : 'The gateway was not started from here. To switch, start it again with another KYC_PROVIDER; open sessions go on at their provider.'}
      </p>
      {gateway.canSwitchProvider && <AsCurl actions={PROVIDERS.map(switchGateway)} />}
    </section>
  );
}
