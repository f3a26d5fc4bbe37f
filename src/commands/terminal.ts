/** A line on standard output. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What was typed is not understood: says why and how it is done, and the command ends with 2. */
export function refuse(problem: string, usage: string): void {
  process.stderr.write(`${problem}\n\n${usage}`);
  process.exitCode = 2;
}
