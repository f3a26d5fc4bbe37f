import type { Action } from '../actions/action.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Choice } from '../parts/choice.tsx';
import type { Option } from '../parts/choice.tsx';

interface ReasonedActionProps {
  action: Action;
  reasons: readonly Option<string>[];
  reason: string;
  onReason: (reason: string) => void;
}

export function ReasonedAction({ action, reasons, reason, onReason }: ReasonedActionProps) {
  return (
    <div className="row">
      <ActionButton action={action}>{action.label}</ActionButton>
      <Choice
        label={`Reason to ${action.label.toLowerCase()}`}
        isLabelHidden
        options={reasons}
        value={reason}
        onChoose={onReason}
      />
    </div>
  );
}
