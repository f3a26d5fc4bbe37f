import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestGateway, User } from './gateway.ts';
import { ROOT, type RunningCommand, runCommand } from './running-command.ts';

export interface CommandResult {
  code: unknown;
  output: string;
}

export const DAY = '2024-05-17';

const COMMAND = join(ROOT, 'dist', 'commands', 'import.js');

/** Runs npm run import beside a gateway. */
export async function importCommand(gateway: TestGateway) {
  const commands: RunningCommand[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'kyc-import-'));

  async function start(
    args: string[],
    databaseUrl = gateway.databaseUrl,
    variables: Record<string, string> = {},
  ): Promise<RunningCommand> {
    const environment = { DATABASE_URL: databaseUrl, ...variables };
    const command = await runCommand([COMMAND, ...args], { environment });
    commands.push(command);
    return command;
  }

  async function run(...args: string[]): Promise<CommandResult> {
    const command = await start(args);
    const code = await command.ended;
    await command.leavesNothing(1_000);
    return { code, output: command.output() };
  }

  async function fileWith(...lines: string[]): Promise<string> {
    const path = join(folder, `${randomUUID()}.csv`);
    await writeFile(path, ['user_id,status,date,note', ...lines, ''].join('\n'));
    return path;
  }

  return {
    start,
    run,
    fileWith,
    undo: (batch: string) => run('--undo', batch, '--apply'),

    /** Imports users in one batch: one for each status. */
    importUsers: async (...statuses: ('verified' | 'rejected')[]) => {
      const users: User[] = await Promise.all(statuses.map(() => gateway.createUser()));
      const file = await fileWith(...users.map(({ id }, n) => `${id},${statuses[n]},${DAY},`));
      return { users, file, batch: batchOf(await run(file, '--apply')) };
    },

    attemptsOf: (user: { id: string }): Promise<Record<string, unknown>[]> =>
      gateway.database.query('SELECT * FROM kyc_sessions WHERE user_id = $1 ORDER BY changed_at', [user.id]),

    /** Ends the commands that a failed test left. */
    dispose: async () => {
      for (const command of commands) await command.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type ImportCommand = Awaited<ReturnType<typeof importCommand>>;

export function batchOf({ output }: CommandResult): string {
  return /^Batch (\S+)$/m.exec(output)?.[1] ?? '';
}
