import { USAGE, readOptions } from './command-line.ts';

/** The exit status for a command line that cannot be followed is 2, as with other tools. */
function optionsOrExit(): ReturnType<typeof readOptions> {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}

const options = optionsOrExit();
if (options === null) {
  process.stdout.write(USAGE);
} else {
  // Only now: whoever asks for help does not wait for everything to load.
  const { startSandbox } = await import('./sandbox.ts');
  const { openRecords } = await import('./records.ts');
  const { databaseUrl, ...rest } = options;
  const records = databaseUrl === null ? null : openRecords(databaseUrl);
  const sandbox = await startSandbox({
    ...rest,
    ...(records === null ? {} : { records: (userId) => records.of(userId) }),
  }).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
  // Before anything is printed: whoever reads that the sandbox is up may stop it at once.
  const stop = () => {
    void Promise.all([sandbox.close(), records?.close()]).then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const environment = Object.entries(sandbox.environment).map(([name, value]) => `${name}=${value}`);
  process.stdout.write(`Sandbox    ${sandbox.url}
App        ${sandbox.url}/
Console    ${sandbox.url}/console
Mailbox    ${sandbox.mailbox.smtpUrl}
Webhooks   ${options.webhookUrl}

# The gateway's environment for this sandbox:
${environment.join('\n')}
`);
}
