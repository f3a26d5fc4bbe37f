import type { Stage } from '../surroundings/stage.ts';

/** One or more rows of the table of goals. */
export interface Measure {
  /** The name for `--only`. */
  readonly name: string;
  /**
   * `quick` always runs. `full` takes long and runs only with --full. `check` is quick and also runs in CI's short form.
   */
  readonly kind: 'check' | 'quick' | 'full';
  /** @throws Error if a response was wrong or data was lost, because the values then mean nothing */
  run(stage: Stage): Promise<Line[]>;
}

/** A line of the report. */
export interface Line {
  what: string;
  /** One value per round. The median is compared with the goal. */
  values: number[];
  /** `×` is a ratio of two values of the same round. */
  unit: '×' | 'ms' | 's' | '/s' | 'connections';
  goal: { atLeast: number } | { atMost: number } | null;
  /** The value reached so far, if the goal is known to be missed (see docs/performance.md). CI compares with it. */
  reached?: number;
  /** The absolute values on this machine. */
  detail: string;
}
