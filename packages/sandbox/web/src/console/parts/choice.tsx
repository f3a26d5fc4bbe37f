import { useId } from 'react';

export interface Option<T extends string> {
  value: T;
  label: string;
}

interface ChoiceProps<T extends string> {
  label: string;
  isLabelHidden?: boolean;
  options: readonly Option<T>[];
  value: T;
  onChoose: (value: T) => void;
}

export function Choice<T extends string>({ label, isLabelHidden, options, value, onChoose }: ChoiceProps<T>) {
  const id = useId();

  function choose(chosen: string): void {
    const option = options.find((candidate) => candidate.value === chosen);
    if (option !== undefined) onChoose(option.value);
  }

  return (
    <span className="choice">
      <label htmlFor={id} className={isLabelHidden === true ? 'visually-hidden' : undefined}>
        {label}
      </label>
      <select id={id} value={value} onChange={(event) => choose(event.target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </span>
  );
}
