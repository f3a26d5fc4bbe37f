export class BuildFailed extends Error {}
export function buildGateway(): Promise<void>;
export function buildWhenNeeded(options: {
  /** Whether to replace a build that is older than its sources. Otherwise only a missing one is built. */
  isFreshRequired: boolean;
  /** Called before a build begins, because a build takes several seconds. */
  onBuilding: () => void;
}): Promise<void>;
export function buildWebWhenNeeded(options: { onBuilding: () => void }): Promise<void>;
