import { useId } from 'react';
import { MODES, rotateSecret, setMode, switchGateway } from '../actions/actions.ts';
import { factsOf, PROVIDER_NAMES } from '../../providers.ts';
import type { ProviderSession, ProviderState, SandboxState } from '../data/sandbox.ts';
import { ActionButton, AsCurl } from '../parts/controls.tsx';
import { Panel } from '../parts/panel.tsx';
import { SessionList } from './session-list.tsx';

interface ControlPanelProps {
  state: SandboxState;
  sessions: readonly ProviderSession[];
  nameOf: (userId: string) => string;
  onFollow: (session: ProviderSession) => void;
}

export function ControlPanel({ state, sessions, nameOf, onFollow }: ControlPanelProps) {
  return (
    <Panel id="controls" title="Controls">
      <GatewaySwitch gateway={state.gateway} />
      <section aria-labelledby="providers-title">
        <h3 id="providers-title">Providers</h3>
        {state.providers.map((provider) => (
          <ProviderControls key={provider.name} provider={provider} />
        ))}
      </section>
      <SessionList sessions={sessions} nameOf={nameOf} onFollow={onFollow} />
    </Panel>
  );
}

function GatewaySwitch({ gateway }: { gateway: SandboxState['gateway'] }) {
  return (
    <section className="control-group" aria-labelledby="gateway-title">
      <h3 id="gateway-title" className="mono">
        KYC_PROVIDER
      </h3>
      <div className="row segments" role="group" aria-labelledby="gateway-title">
        {PROVIDER_NAMES.map((provider) => (
          <ActionButton
            key={provider}
            action={switchGateway(provider)}
            isPressed={gateway.provider === provider}
            isDisabled={!gateway.canSwitchProvider}
            describedBy="gateway-hint"
          >
            {factsOf(provider).title}
          </ActionButton>
        ))}
      </div>
      <p id="gateway-hint" className="quiet">
        {gateway.canSwitchProvider
          ? 'New sessions are created at this provider. Existing sessions stay at their provider.'
          : 'The sandbox did not start this gateway. To switch, restart the gateway with another KYC_PROVIDER. Existing sessions stay at their provider.'}
      </p>
      {gateway.canSwitchProvider && <AsCurl actions={PROVIDER_NAMES.map(switchGateway)} />}
    </section>
  );
}

function ProviderControls({ provider }: { provider: ProviderState }) {
  const titleId = useId();
  const { name } = provider;
  const { title, tagColor } = factsOf(name);
  const modes = MODES.map(({ mode, label }) => ({ mode, label, action: setMode(name, mode, label) }));
  const rotation = rotateSecret(name);

  return (
    <div className="provider-controls" role="group" aria-labelledby={titleId}>
      <div className="folds">
        <h4 id={titleId} className="provider" style={{ color: tagColor }}>
          {title}
        </h4>
        <AsCurl actions={[...modes.map(({ action }) => action), rotation]} />
      </div>
      <div className="row">
        <div className="row segments" role="group" aria-label={`${title}'s API`}>
          {modes.map(({ mode, label, action }) => (
            <ActionButton key={mode} action={action} isPressed={provider.mode === mode}>
              {label}
            </ActionButton>
          ))}
        </div>
        <ActionButton action={rotation}>Rotate secret</ActionButton>
      </div>
    </div>
  );
}
