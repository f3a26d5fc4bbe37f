/** Tests replace the browser's timers with their own. */
export interface Timers {
  /** Returns a function that cancels the timer. */
  after(ms: number, run: () => void): () => void;
}

export const browserTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
