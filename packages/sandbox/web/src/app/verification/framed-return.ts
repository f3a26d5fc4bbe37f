const RETURNED = 'kyc:returned';

/** Whether the provider has sent the user back to this page. The marker is part of the URL in KYC_REDIRECT_URLS. */
export function isReturn(location: Location): boolean {
  return new URLSearchParams(location.search).get('returned') === '1';
}

/** Whether the provider has sent the user back inside the dialog of this app. */
export function isFramedReturn(page: Window): boolean {
  if (page.parent === page || !isReturn(page.location)) return false;
  try {
    return page.parent.location.origin === page.location.origin;
  } catch {
    return false; // The browser does not let a page read a parent of another origin.
  }
}

export function notifyParent(page: Window): void {
  page.parent.postMessage(RETURNED, page.location.origin);
}

/** Calls `act` when this frame reports the return. Ignores all other messages. Returns a function that stops listening. */
export function onFramedReturn(page: Window, frame: () => Window | null, act: () => void): () => void {
  const listener = ({ origin, source, data }: MessageEvent<unknown>) => {
    if (origin === page.location.origin && source === frame() && data === RETURNED) act();
  };
  page.addEventListener('message', listener);
  return () => page.removeEventListener('message', listener);
}
