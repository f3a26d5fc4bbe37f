import type { SandboxState } from '../data/sandbox.ts';
import type { ProviderSession } from '../data/sessions.ts';
import { Panel } from '../parts/panel.tsx';
import { GatewaySwitch } from './gateway-switch.tsx';
import { ProviderControls } from './provider-controls.tsx';
import { SessionList } from './session-list.tsx';

interface SteeringPanelProps {
  state: SandboxState;
  sessions: readonly ProviderSession[];
  nameOf: (userId: string) => string;
  onFollow: (session: ProviderSession) => void;
}

export function SteeringPanel({ state, sessions, nameOf, onFollow }: SteeringPanelProps) {
  return (
    <Panel id="steering" title="Steering">
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
