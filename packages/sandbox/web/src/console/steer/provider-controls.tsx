import { useId } from 'react';
import { MODES, rotateSecret, setMode } from '../actions/provider-actions.ts';
import { PROVIDER_TITLES } from '../data/providers.ts';
import type { ProviderState } from '../data/sandbox.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { AsCurl } from '../parts/as-curl.tsx';

export function ProviderControls({ provider }: { provider: ProviderState }) {
  const titleId = useId();
  const { name } = provider;
  const modes = MODES.map(({ mode, label }) => ({ mode, label, action: setMode(name, mode, label) }));
  const rotation = rotateSecret(name);

  return (
    <div className="provider-controls" role="group" aria-labelledby={titleId}>
      <div className="folds">
        <h4 id={titleId} className={`provider provider-${name}`}>
          {PROVIDER_TITLES[name]}
        </h4>
        <AsCurl actions={[...modes.map(({ action }) => action), rotation]} />
      </div>
      <div className="row">
        <div className="row segments" role="group" aria-label={`${PROVIDER_TITLES[name]}'s API`}>
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
