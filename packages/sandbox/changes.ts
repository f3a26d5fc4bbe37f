/** Tells that something has changed, not what: whoever listens reads the state again. */
export interface Changes {
  announce(): void;
  /** Returns what ends the listening. */
  listen(listener: () => void): () => void;
  close(): void;
}

const DEBOUNCE_MS = 100;

/** Changes that come together are told once, a moment after the first. */
export function createChanges(): Changes {
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  return {
    announce() {
      if (isClosed || listeners.size === 0) return;
      timer ??= setTimeout(() => {
        timer = null;
        for (const listener of listeners) listener();
      }, DEBOUNCE_MS);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      listeners.clear();
    },
  };
}
