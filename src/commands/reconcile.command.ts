import { runCommand, UsageError } from './command.ts';

const USAGE = `Usage: npm run reconcile -- (--user ID | --provider NAME) [--json]

Reads sessions at their provider now. The gateway applies what the provider reports, as if a webhook had brought it.
The command respects the provider's rate limit, so many sessions take a while.

  --user ID         every session of this user, also those that are over
  --provider NAME   every session at this provider that is not over
  --json            prints one JSON object per session

Needs the configuration of the gateway.
Exit code: 0 success, 1 if a session could not be read, 2 wrong arguments.
`;

await runCommand({
  usage: USAGE,
  options: { user: { type: 'string' }, provider: { type: 'string' }, json: { type: 'boolean' } },
  async run({ user, provider, json: isJson = false }, positionals) {
    if ((user === undefined) === (provider === undefined) || positionals.length > 0) {
      throw new UsageError('Give either --user or --provider');
    }
    // Loaded late, because the gateway's modules take a second and a usage error needs none of them.
    const { reconcileSessions } = await import('./reconcile-sessions.ts');
    await reconcileSessions(user, provider, isJson);
  },
});
