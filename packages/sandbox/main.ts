import { USAGE, readOptions } from './command-line.ts';

/** An invalid command line exits with status 2, as other tools do. */
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
  // Loaded here so that --help prints without the delay of loading the servers.
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
  // Registered before the output: a caller that reads it may stop the sandbox immediately.
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

# Environment variables for a gateway that uses this sandbox:
${environment.join('\n')}
`);
}
