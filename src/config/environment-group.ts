/** Environment variables that belong together: all there, or none. Each identity provider brings one. */
export interface EnvironmentGroup<Environment extends object = object> {
  /** The word that selects the group, lower case; its variables start with it in capitals. */
  readonly name: string;
  /**
   * A class-validator class whose properties are the environment variables. Values arrive as trimmed strings,
   * unset ones are absent; defaults are property initialisers.
   */
  readonly environment: new () => Environment;
  /** The variables that must all be there for the group to be configured, or all be absent. */
  readonly required: readonly string[];
}
