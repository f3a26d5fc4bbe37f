import type { Stage } from '../surroundings/stage.ts';

/** One row of the table of goals: something that the gateway exists for, measured. */
export interface Measure {
  /** As `--only` names it. */
  readonly name: string;
  /** `quick`: in every run. `full`: takes long, with --full. `check`: quick, and in CI's short form as well. */
  readonly kind: 'check' | 'quick' | 'full';
  /** @throws Error where an answer was wrong or something was lost: a figure would mean nothing then */
  run(stage: Stage): Promise<Line[]>;
}

/** A line of the report. */
export interface Line {
  what: string;
  /** One value a round; the median counts. */
  values: number[];
  /** `×`: a ratio of two figures of the same round. */
  unit: '×' | 'ms' | 's' | '/s' | 'connections';
  goal: { atLeast: number } | { atMost: number } | null;
  /** Where the goal is known to be missed (docs/performance.md says why): what is reached. CI holds it to that. */
  reached?: number;
  /** What it is made of, in absolute figures of this machine. */
  detail: string;
}
