import type { Sandbox } from '../../../packages/sandbox/sandbox.ts';
import type { Result } from '../../../src/doctor/finding.ts';
import type { TestDatabase } from '../test-database.ts';

export type Variables = Record<string, string>;

export interface Surroundings {
  sandbox: Sandbox;
  database: TestDatabase;
  /** Runs statements as the owner of the tables. */
  asOwner(...statements: string[]): Promise<void>;
  /** The role of the gateway. */
  role: string;
  /** Called at the end of the case. */
  cleanUp(work: () => unknown): void;
}

/** An environment in which the gateway cannot work, or not safely. */
export interface WrongEnvironment {
  title: string;
  isEmpty?: true;
  /** Builds it and returns the variables that belong to it. */
  build(surroundings: Surroundings): Promise<Variables> | Variables;
  check: string;
  result?: Result;
  remedy: RegExp;
}
