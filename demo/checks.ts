import { inspect, isDeepStrictEqual } from 'node:util';

/** Collects failed checks and continues, so that one wrong result does not hide the next. */
export class Checks {
  readonly problems: string[] = [];

  equal(what: string, actual: unknown, expected: unknown): void {
    if (isDeepStrictEqual(actual, expected)) return;
    this.problems.push(`${what}: expected ${show(expected)}, got ${show(actual)}`);
  }

  fields(what: string, actual: Record<string, unknown>, expected: Record<string, unknown>): void {
    for (const [name, value] of Object.entries(expected)) this.equal(`${what}, ${name}`, actual[name], value);
  }
}

function show(value: unknown): string {
  return inspect(value, { breakLength: Infinity, depth: 5 });
}
