export class BuildFailed extends Error {}
export function buildWhenNeeded(options: {
  /** Whether a build that is older than its sources is made anew; otherwise only a missing one is made. */
  isFreshRequired: boolean;
  /** Called when there is something to build, before it takes its time. */
  onBuilding: () => void;
}): Promise<void>;
/** The demo's web pages, if they are missing or older than their sources. */
export function buildWebWhenNeeded(options: { onBuilding: () => void }): Promise<void>;
