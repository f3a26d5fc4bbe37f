import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Gateway, NextAction } from '../../api/gateway.ts';
import { actionWords } from '../words.ts';
import { HostedDialog } from './hosted-dialog.tsx';
import { ProblemNote } from './status-view.tsx';
import { type Flow, loadFlow, saveFlow, useStart } from './use-start.ts';

interface VerificationActionProps {
  gateway: Gateway;
  action: NextAction;
  focusFallback: RefObject<HTMLElement | null>;
  /** Called after anything that can change the status, except a return. */
  onChange(): void;
  /** Called when the user closes the provider's pages or returns from them. */
  onReturn(): void;
}

export function VerificationAction({
  gateway,
  action,
  focusFallback,
  onChange,
  onReturn,
}: VerificationActionProps) {
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
            focusFallback={focusFallback}
            onPress={() => void start.run(flow)}
          />
        </div>
      )}
      {start.frameUrl !== null && (
        <HostedDialog
          url={start.frameUrl}
          focusFallback={focusFallback}
          onClose={() => {
            start.closeFrame();
            onReturn();
          }}
        />
      )}
    </>
  );
}

interface ActionButtonProps {
  label: string;
  isBusy: boolean;
  retryAt: number | null;
  /** Receives the focus if the button disappears while it is focused, for example when the user is verified. */
  focusFallback: RefObject<HTMLElement | null>;
  onPress(): void;
}

/** Its label says why it is disabled. It stays focusable, so that keyboard users keep their place. */
function ActionButton({ label, isBusy, retryAt, focusFallback, onPress }: ActionButtonProps) {
  const button = useRef<HTMLButtonElement>(null);
  const secondsLeft = useCountdown(retryAt);
  const isDisabled = isBusy || secondsLeft > 0;

  useLayoutEffect(() => {
    const mounted = button.current;
    return () => {
      if (document.activeElement === mounted) focusFallback.current?.focus();
    };
  }, [focusFallback]);

  return (
    <button
      ref={button}
      type="button"
      className="primary"
      aria-disabled={isDisabled}
      onClick={() => !isDisabled && onPress()}
    >
      {isBusy ? 'One moment…' : secondsLeft > 0 ? `Available in ${secondsLeft} s` : label}
    </button>
  );
}

/** Returns the whole seconds until that time, or 0 if it has passed or is null. */
function useCountdown(until: number | null): number {
  const [now, setNow] = useState(() => Date.now());

  useEffect(() => {
    setNow(Date.now());
    if (until === null) return;
    const timer = setInterval(() => {
      setNow(Date.now());
      if (Date.now() >= until) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [until]);

  return until === null ? 0 : Math.max(0, Math.ceil((until - now) / 1_000));
}

const CHOICES: readonly { flow: Flow; label: string; detail: string }[] = [
  { flow: 'redirect', label: 'On the provider’s site', detail: 'You leave this page and come back.' },
  { flow: 'embedded', label: 'On this page', detail: 'The provider’s pages open in a window here.' },
];

interface FlowChoiceProps {
  flow: Flow;
  onChange(flow: Flow): void;
}

function FlowChoice({ flow, onChange }: FlowChoiceProps) {
  return (
    <fieldset className="flow-choice">
      <legend>Where do you want to verify your identity?</legend>
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
