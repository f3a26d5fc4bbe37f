import { useId, useState } from 'react';
import type { ReactNode } from 'react';
import { curlOf } from '../actions/actions.ts';
import type { Action } from '../actions/actions.ts';
import { useActionRunner } from '../actions/action-runner.tsx';
import { Icon } from './values.tsx';

interface ActionButtonProps {
  action: Action;
  /** For a button in a group of states: whether its state is the current one. */
  isPressed?: boolean;
  isDisabled?: boolean;
  describedBy?: string | undefined;
  children: ReactNode;
}

export function ActionButton({ action, isPressed, isDisabled, describedBy, children }: ActionButtonProps) {
  const { run } = useActionRunner();
  return (
    <button
      type="button"
      aria-pressed={isPressed}
      aria-describedby={describedBy}
      disabled={isDisabled}
      onClick={() => void run(action)}
    >
      {children}
    </button>
  );
}

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

/** Lists the curl command for each of the buttons above. */
export function AsCurl({ actions }: { actions: readonly Action[] }) {
  return (
    <Fold summary="as curl">
      <ul className="curls">
        {actions.map((action) => {
          const command = curlOf(action, location.origin);
          return (
            <li key={action.label}>
              <span className="curl-label">{action.label}</span>
              <CopyButton what={`the curl for ${action.label}`} text={command} />
              <code>{command}</code>
            </li>
          );
        })}
      </ul>
    </Fold>
  );
}

/** `what` completes the accessible label "Copy …". */
export function CopyButton({ what, text }: { what: string; text: string }) {
  const { show } = useActionRunner();

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      show({ tone: 'done', text: `Copied ${what}` });
    } catch {
      show({ tone: 'failed', text: `The browser did not allow this page to copy ${what}` });
    }
  }

  return (
    <button type="button" className="button-icon" title={`Copy ${what}`} onClick={() => void copy()}>
      <Icon name="copy" />
      <span className="visually-hidden">Copy {what}</span>
    </button>
  );
}

/** Renders its content only while it is open, because a page can have hundreds of folds. */
export function Fold({ summary, children }: { summary: string; children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Icon name="turn" />
        {summary}
      </summary>
      {isOpen && <div className="fold-body">{children}</div>}
    </details>
  );
}
