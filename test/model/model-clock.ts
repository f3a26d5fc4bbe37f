const REAL = { Date: globalThis.Date, performanceNow: performance.now.bind(performance) };
/** The model begins in the past, so that no time of the model is later than a `now()` in the database. */
const YEARS_IN_THE_PAST = 15;
const YEAR_MS = 365 * 24 * 60 * 60 * 1_000;

/** The time of the gateway and of the emulated providers in this process. It never goes back. */
export interface ModelClock {
  now(): Date;
  advance(ms: number): void;
  /** The milliseconds until the model's time reaches the real time. */
  leftMs(): number;
  uninstall(): void;
}

/** The time that passes really, for deadlines of the model itself. */
export const realNow = REAL.performanceNow;

/**
 * Shifts `Date` and `performance.now()` of this process. The gateway, its libraries and the sandbox then agree about the
 * time, and the gateway needs no hook for tests. Timers are not affected.
 */
export function installModelClock(): ModelClock {
  installed ??= install();
  return installed;
}

let installed: ModelClock | undefined;

function install(): ModelClock {
  let shiftMs = -YEARS_IN_THE_PAST * YEAR_MS;
  const firstShiftMs = shiftMs;
  const now = () => REAL.Date.now() + shiftMs;
  globalThis.Date = new Proxy(REAL.Date, {
    construct: (target, values, newTarget) =>
      Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget) as Date,
    apply: () => new REAL.Date(now()).toString(),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  });
  performance.now = () => REAL.performanceNow() + shiftMs - firstShiftMs;
  return {
    now: () => new REAL.Date(now()),
    advance: (ms) => (shiftMs += ms),
    leftMs: () => -shiftMs,
    uninstall() {
      installed = undefined;
      globalThis.Date = REAL.Date;
      performance.now = REAL.performanceNow;
    },
  };
}
