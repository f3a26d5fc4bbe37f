import { type RefObject, useLayoutEffect, useRef } from 'react';
import { useCountdown } from './use-countdown.ts';

interface Props {
  label: string;
  isBusy: boolean;
  retryAt: number | null;
  /** Takes the focus over when the button goes away with it, as when the news come that there is nothing to do. */
  heir: RefObject<HTMLElement | null>;
  onPress(): void;
}

/** Says itself why it cannot be pressed. It stays focusable meanwhile, so that a keyboard's user does not lose his place. */
export function ActionButton({ label, isBusy, retryAt, heir, onPress }: Props) {
  const button = useRef<HTMLButtonElement>(null);
  const secondsLeft = useCountdown(retryAt);
  const isDisabled = isBusy || secondsLeft > 0;

  useLayoutEffect(() => {
    const mounted = button.current;
    return () => {
      if (document.activeElement === mounted) heir.current?.focus();
    };
  }, [heir]);

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
