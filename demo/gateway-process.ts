import { type ServerProcess, startServer } from '../tools/server-process.ts';
import { DemoFailure } from './failure.ts';

/** Other variables are not passed on, because they could configure the gateway. A database connection may need these. */
const PASSED_ON = /^(PATH|HOME|TZ|LANG|TEMP|TMP|TMPDIR|SystemRoot|PG.*)$/;

/** The gateway as in production: dist/main.js in a separate process, configured by its environment only. */
export type GatewayProcess = Pick<ServerProcess, 'url' | 'log'> & {
  /** @throws DemoFailure with the log if the gateway exits first, or if it is not ready in time */
  ready(): Promise<void>;
  /** Resolves when the process has exited for any reason. */
  ended: Promise<unknown>;
  stop(): Promise<void>;
};

export function startGateway(
  port: number,
  environment: Record<string, string>,
  onLog: (line: string) => void,
): GatewayProcess {
  const server = startServer({
    script: 'dist/main.js',
    nodeArguments: ['--enable-source-maps'],
    port,
    environment: { ...passedOn(), ...environment },
    output: 'all',
    keptLines: 40,
    onLine: onLog,
    // At Ctrl-C the demo stops its parts in order.
    isDetached: true,
    pollEveryMs: 50,
    readyTimeoutMs: 30_000,
    // Without its database the gateway needs almost ten seconds. The demo deletes its data anyway.
    killAfterMs: 3_000,
  });
  return {
    ...server,
    async ready() {
      await server.ready().catch((error: Error) => {
        throw new DemoFailure(error.message);
      });
    },
    async stop() {
      await server.stop();
    },
  };
}

function passedOn(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED_ON.test(name)));
}
