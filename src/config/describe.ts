/** docs/configuration.md and .env.example are generated from these descriptions. */
export interface VariableDescription {
  readonly meaning: string;
  /** The value in .env.example, which must be valid. If it is missing, .env.example shows the default. */
  readonly example?: string;
  /** The allowed values in words, for a rule whose words cannot be derived, such as a pattern. */
  readonly accepts?: string;
  /** The default in words, if the default depends on other variables. */
  readonly default?: string;
  readonly section?: string;
  /** At least one of these variables is required. The first variable of the list is active in .env.example. */
  readonly anyOf?: readonly string[];
}

const descriptions = new Map<object, Map<string, VariableDescription>>();

export function Describe(
  meaning: string,
  details: Omit<VariableDescription, 'meaning'> = {},
): PropertyDecorator {
  return (target, property) => {
    const ofClass = descriptions.get(target) ?? new Map<string, VariableDescription>();
    descriptions.set(target, ofClass.set(String(property), { meaning, ...details }));
  };
}

export function describedVariables(environment: new () => object): Map<string, VariableDescription> {
  const chain: object[] = [];
  let prototype: object | null = environment.prototype as object;
  for (; prototype !== null; prototype = Object.getPrototypeOf(prototype) as object | null) {
    chain.unshift(prototype);
  }
  return new Map(chain.flatMap((target) => [...(descriptions.get(target) ?? [])]));
}
