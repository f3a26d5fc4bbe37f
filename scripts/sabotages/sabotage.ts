/** A control that does not hold any more, and who has to notice. */
export interface Sabotage {
  /** A sentence without its full stop. */
  name: string;
  file: string;
  /** Each text stands in the file exactly once. */
  changes: readonly (readonly [text: string, instead: string])[];
  /** One of these at least has to fail. */
  tests: readonly CitedTest[];
}

export interface CitedTest {
  file: string;
  /** As it is written in the file, placeholders and all, or its beginning. */
  name: string;
  /** At which provider, where the test runs for several and one is enough. */
  at?: string;
}

export function inContract(name: string, at: string): CitedTest {
  return { file: 'test/contracts/kyc-provider.contract.test.ts', name, at };
}

export function inIntegration(file: string, name: string, at?: string): CitedTest {
  return { file: `test/integration/${file}.test.ts`, name, ...(at !== undefined && { at }) };
}

/** Matches the full names of that test: any text stands for a placeholder. */
export function patternOf({ name, at }: CitedTest): string {
  const pattern = name
    .split(/%[a-z#]|\$\w+/)
    .map((literal) => literal.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`))
    .join('.*');
  return at === undefined ? pattern : String.raw`(?=.*\b${at}\b).*${pattern}`;
}
