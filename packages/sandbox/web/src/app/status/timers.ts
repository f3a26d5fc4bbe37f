/** Time as an argument: the browser's, or a test's own. */
export interface Timers {
  /** Returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export const browserTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
