import type { Flow } from './flow.ts';

const CHOICES: readonly { flow: Flow; label: string; detail: string }[] = [
  { flow: 'redirect', label: 'On the provider’s site', detail: 'You leave this page and come back.' },
  { flow: 'embedded', label: 'On this page', detail: 'The provider’s pages open in a window here.' },
];

interface Props {
  flow: Flow;
  onChange(flow: Flow): void;
}

export function FlowChoice({ flow, onChange }: Props) {
  return (
    <fieldset className="flow-choice">
      <legend>Where do you want to do it?</legend>
      {CHOICES.map((choice) => (
        <label key={choice.flow}>
          <input
            type="radio"
            name="flow"
            value={choice.flow}
            checked={flow === choice.flow}
            onChange={() => onChange(choice.flow)}
          />
          <span>
            <span className="choice-label">{choice.label}</span>
            <span className="choice-detail">{choice.detail}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
