import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readConfig } from '../../src/config/read-config.ts';
import { createApp } from '../../src/http/create-app.ts';
import { PROVIDER_DEFINITIONS } from '../../src/kyc/providers/registry.ts';
import type { ModelClock } from './model-clock.ts';

export type Environment = Record<string, string>;

export interface Replica {
  url: string;
  app: NestFastifyApplication;
  close(): Promise<void>;
}

/** A replica in a process of its own, so that it can be killed as the operating system kills one. */
export interface ReplicaProcess {
  url: string;
  kill(): Promise<void>;
}

export interface ReplicaProcessStart {
  environment: Environment;
  /** The child sets its clock to the time of the model. */
  leftMs: number;
}

export async function startReplica(environment: Environment, log: Writable): Promise<Replica> {
  const app = await createApp(readConfig(PROVIDER_DEFINITIONS, environment), log);
  await app.listen(0, '127.0.0.1');
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  return { url, app, close: () => app.close() };
}

/** Its clock does not follow later changes of the model's clock. */
export async function startReplicaProcess(
  environment: Environment,
  clock: ModelClock,
): Promise<ReplicaProcess> {
  const loader = new URL('../../scripts/typescript-loader.mjs', import.meta.url).href;
  const child = fork(new URL('./replica-process.ts', import.meta.url), {
    execArgv: ['--disable-warning=ExperimentalWarning', '--import', loader],
  });
  const start: ReplicaProcessStart = { environment, leftMs: clock.leftMs() };
  child.send(start);
  const ended = once(child, 'exit');
  const crashed = ended.then(() => Promise.reject(new Error('a replica did not start')));
  const [url] = (await Promise.race([once(child, 'message'), crashed])) as [string];
  crashed.catch(() => undefined);
  return {
    url,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
