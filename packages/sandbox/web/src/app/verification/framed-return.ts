const RETURNED = 'kyc:returned';

/** Whether the provider has led back to this page: KYC_REDIRECT_URLS names it so. */
export function isReturn(location: Location): boolean {
  return new URLSearchParams(location.search).get('returned') === '1';
}

/** Whether it was led back to inside the dialog of this very app, whose page is around it. */
export function isFramedReturn(page: Window): boolean {
  if (page.parent === page || !isReturn(page.location)) return false;
  try {
    return page.parent.location.origin === page.location.origin;
  } catch {
    return false; // another origin's page does not let itself be read
  }
}

export function tellParent(page: Window): void {
  page.parent.postMessage(RETURNED, page.location.origin);
}

/** Hears the return of one frame, and nobody else's message. Returns what ends the listening. */
export function onFramedReturn(page: Window, frame: () => Window | null, act: () => void): () => void {
  const hear = ({ origin, source, data }: MessageEvent<unknown>) => {
    if (origin === page.location.origin && source === frame() && data === RETURNED) act();
  };
  page.addEventListener('message', hear);
  return () => page.removeEventListener('message', hear);
}
