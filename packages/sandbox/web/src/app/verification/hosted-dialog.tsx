import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import { onFramedReturn } from './framed-return.ts';

interface Props {
  /** The session's link: a secret of the user, so it is put nowhere but into the frame. */
  url: string;
  /** Takes the focus over when what had it before is gone: the button goes away as soon as nothing is left to do. */
  heir: RefObject<HTMLElement | null>;
  onClose(): void;
}

/** The provider's pages on this page, as its SDK would show them. Open for as long as it is rendered. */
export function HostedDialog({ url, heir, onClose }: Props) {
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
      if (focused === document.body || mounted?.contains(focused) === true) heir.current?.focus();
    };
  }, [heir]);

  return (
    // Closing gives the focus back to what had it before: the browser's own doing.
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
