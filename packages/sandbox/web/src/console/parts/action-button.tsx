import type { ReactNode } from 'react';
import type { Action } from '../actions/action.ts';
import { useSteering } from '../actions/steering.tsx';

interface ActionButtonProps {
  action: Action;
  /** Set where the button is one of several states: whether this is the present one. */
  isPressed?: boolean;
  isDisabled?: boolean;
  describedBy?: string | undefined;
  children: ReactNode;
}

export function ActionButton({ action, isPressed, isDisabled, describedBy, children }: ActionButtonProps) {
  const { run } = useSteering();
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
