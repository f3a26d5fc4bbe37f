import 'reflect-metadata';
import { styleText } from 'node:util';
import type { Finding, Result } from '../doctor/finding.ts';
import { printLine, runCommand, UsageError } from './command.ts';

const USAGE = `Usage: npm run doctor -- [--json]

Checks the environment of the gateway without starting it, and changes nothing: variables, database, token issuer, mail
server, providers, clock and redirect URLs. Each line is a check with its result, and with what to do if it is not ok.

  --json   prints one JSON document

Needs the configuration of the gateway.
Exit code: 0 no check failed, 1 a check failed, 2 wrong arguments.
`;

const COLORS = { ok: 'green', warning: 'yellow', failed: 'red' } as const satisfies Record<Result, string>;

await runCommand({
  usage: USAGE,
  options: { json: { type: 'boolean' } },
  async run({ json: isJson = false }, positionals) {
    if (positionals.length > 0) throw new UsageError(`Unexpected argument '${positionals[0]}'`);
    // Loaded late, because the gateway's modules take a second and a usage error needs none of them.
    const { examine } = await import('../doctor/examine.ts');
    const findings = await examine();
    const isOk = findings.every(({ result }) => result !== 'failed');
    if (isJson) printLine(JSON.stringify({ ok: isOk, checks: findings }, null, 2));
    else print(findings);
    if (!isOk) process.exitCode = 1;
  },
});

function print(findings: readonly Finding[]): void {
  const width = Math.max(...findings.map(({ check }) => check.length));
  for (const { check, result, message } of findings) {
    printLine(`${colored(result)}  ${check.padEnd(width)}  ${message.replaceAll(/\s+/g, ' ')}`);
  }
}

/** Colors only in a terminal, and not with NO_COLOR. */
function colored(result: Result): string {
  return styleText(COLORS[result], result.padEnd('warning'.length), { stream: process.stdout });
}
