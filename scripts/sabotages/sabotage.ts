/** A control that is switched off, and the tests that must fail without it. */
export interface Sabotage {
  /** A sentence without its full stop. */
  name: string;
  file: string;
  /** Each text occurs in the file exactly once. */
  changes: readonly (readonly [text: string, instead: string])[];
  /** At least one of these must fail. */
  tests: readonly CitedTest[];
}

export interface CitedTest {
  file: string;
  /** The title as written in the file, with its placeholders, or its beginning. */
  name: string;
  /** The provider to test, if the test runs for several and one is enough. */
  at?: string;
}

export function inContract(name: string, at: string): CitedTest {
  return { file: 'test/contracts/kyc-provider.contract.test.ts', name, at };
}

export function inIntegration(file: string, name: string, at?: string): CitedTest {
  return { file: `test/integration/${file}.test.ts`, name, ...(at !== undefined && { at }) };
}

/** Matches the full names of the test. A placeholder matches any text. */
export function patternOf({ name, at }: CitedTest): string {
  const pattern = name
    .split(/%[a-z#]|\$\w+/)
    .map((literal) => literal.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`))
    .join('.*');
  return at === undefined ? pattern : String.raw`(?=.*\b${at}\b).*${pattern}`;
}
