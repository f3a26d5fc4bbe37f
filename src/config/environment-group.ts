/** Environment variables that must be set together or not at all. Each identity provider has its own group. */
export interface EnvironmentGroup<Environment extends object = object> {
  /** The value of KYC_PROVIDER that selects the group, in lower case. Its variables start with the name in capitals. */
  readonly name: string;
  /**
   * A class-validator class whose properties are the environment variables. Values arrive as trimmed strings.
   * Variables that are not set are absent. Property initializers are the defaults. Every property has a `@Describe`.
   */
  readonly environment: new () => Environment;
  /** Either all of these variables are set, or none of them. */
  readonly required: readonly string[];
}
