import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import { onFramedReturn } from './framed-return.ts';

interface Props {
  /** The session's link is a secret of the user, so it is used only as the frame's address. */
  url: string;
  /** Receives the focus if the button that opened the dialog no longer exists when the dialog closes. */
  focusFallback: RefObject<HTMLElement | null>;
  onClose(): void;
}

/** Shows the provider's pages on this page, like the provider's SDK. The dialog is open while it is rendered. */
export function HostedDialog({ url, focusFallback, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const frame = useRef<HTMLIFrameElement>(null);

  useEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    const stopListening = onFramedReturn(
      window,
      () => frame.current?.contentWindow ?? null,
      () => opened?.close(),
    );
    return stopListening;
  }, []);

  useLayoutEffect(() => {
    const mounted = dialog.current;
    return () => {
      const focused = document.activeElement;
      if (focused === document.body || mounted?.contains(focused) === true) focusFallback.current?.focus();
    };
  }, [focusFallback]);

  return (
    // On close, the browser returns the focus to the element that had it before.
    <dialog ref={dialog} className="hosted" aria-labelledby="hosted-title" onClose={onClose}>
      <header>
        <h2 id="hosted-title">Identity verification</h2>
        <button type="button" className="quiet" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <iframe
        ref={frame}
        src={url}
        title="Identity verification at the provider"
        allow="camera; microphone; fullscreen"
        referrerPolicy="no-referrer"
      />
    </dialog>
  );
}
