/** Environment variables that are configured together or not at all. Each identity provider has one group. */
export interface EnvironmentGroup<Environment extends object = object> {
  /** The value of KYC_PROVIDER that selects the group, in lower case. Its variables start with the name in capitals. */
  readonly name: string;
  /**
   * A class-validator class whose properties are the environment variables. Values arrive as trimmed strings.
   * Variables that are not set are absent. Property initializers are the defaults. Every property has a `@Describe`.
   */
  readonly environment: new () => Environment;
  /** The variables that must be set to configure the group. Either all of them are set, or none. */
  readonly required: readonly string[];
}
