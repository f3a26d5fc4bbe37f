import { useEffect } from 'react';

/** By then the first rows and mails are there, and what is above the panel has its height. */
const SETTLED_MS = 2000;
const HANDS_ON = ['wheel', 'pointerdown', 'keydown', 'touchstart'] as const;

/** Goes to the panel that the address names: when the browser looked for it, it was not there yet. */
export function useHash(): void {
  useEffect(() => {
    const panel = location.hash === '' ? null : document.getElementById(location.hash.slice(1));
    if (panel === null) return undefined;
    panel.focus({ preventScroll: true });

    const observer = new ResizeObserver(() => panel.scrollIntoView());
    const stop = () => observer.disconnect();
    const settled = setTimeout(stop, SETTLED_MS);
    observer.observe(document.body);
    for (const event of HANDS_ON) addEventListener(event, stop, { once: true, passive: true });

    return () => {
      stop();
      clearTimeout(settled);
      for (const event of HANDS_ON) removeEventListener(event, stop);
    };
  }, []);
}
