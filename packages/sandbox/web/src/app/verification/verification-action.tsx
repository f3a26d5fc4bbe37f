import { type RefObject, useState } from 'react';
import type { Gateway, NextAction } from '../../api/gateway.ts';
import { actionWords } from '../words/action-words.ts';
import { ActionButton } from './action-button.tsx';
import { loadFlow, saveFlow } from './flow.ts';
import { FlowChoice } from './flow-choice.tsx';
import { HostedDialog } from './hosted-dialog.tsx';
import { ProblemNote } from './problem-note.tsx';
import { useStart } from './use-start.ts';

interface Props {
  gateway: Gateway;
  action: NextAction;
  heir: RefObject<HTMLElement | null>;
  /** Something has happened that may have changed the status. */
  onChange(): void;
}

/** What the user can do about his status, and what comes of it. */
export function VerificationAction({ gateway, action, heir, onChange }: Props) {
  const [flow, setFlow] = useState(() => loadFlow(localStorage));
  const start = useStart(gateway, action, onChange);
  const { button } = actionWords(action);

  return (
    <>
      <ProblemNote problem={start.problem} />
      {button !== null && (
        <div className="action">
          <FlowChoice
            flow={flow}
            onChange={(chosen) => {
              saveFlow(localStorage, chosen);
              setFlow(chosen);
            }}
          />
          <ActionButton
            label={button}
            isBusy={start.isBusy}
            retryAt={start.retryAt}
            heir={heir}
            onPress={() => void start.run(flow)}
          />
        </div>
      )}
      {start.frameUrl !== null && (
        <HostedDialog
          url={start.frameUrl}
          heir={heir}
          onClose={() => {
            start.closeFrame();
            onChange();
          }}
        />
      )}
    </>
  );
}
