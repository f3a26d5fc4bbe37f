import { randomInt } from 'node:crypto';
import { freePort } from '../../demo/free-port.ts';
import { type Output, type ServerProcess, startServer } from '../../tools/server-process.ts';

/** A gateway as in production: dist/main.js in a separate process that can be killed. `log()` is its complete log. */
export type Replica = ServerProcess & { readonly port: number };

/** Returns a port below the ephemeral range, so that no other program takes it while the replica is down. */
export function lastingPort(): Promise<number> {
  return freePort(randomInt(15_000, 32_000));
}

/** @param environment all variables of the gateway except HOST and PORT */
export async function startReplica(
  environment: Readonly<Record<string, string>>,
  options: { port?: number; output?: Output; script?: string } = {},
): Promise<Replica> {
  const port = options.port ?? (await lastingPort());
  const server = startServer({
    script: options.script ?? 'dist/main.js',
    nodeArguments: ['--enable-source-maps'],
    port,
    environment: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      SHUTDOWN_DRAIN_SECONDS: '0',
      ...environment,
    },
    output: options.output ?? 'all',
    pollEveryMs: 25,
    readyTimeoutMs: 60_000,
  });
  return { ...server, port };
}
