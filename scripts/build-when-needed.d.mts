export class BuildFailed extends Error {}
export function buildWhenNeeded(options: {
  /** Whether a build that is older than its sources is made anew; otherwise only a missing one is made. */
  isFreshRequired: boolean;
  /** Called when there is something to build, before it takes its time. */
  onBuilding: () => void;
}): Promise<void>;
