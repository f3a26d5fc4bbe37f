import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROCESS = fileURLToPath(new URL('./mail-sink-process.ts', import.meta.url));

export interface MailArrival {
  to: string;
  /** When its DATA came, in milliseconds of the epoch. */
  at: number;
}

export type SinkOrder = 'hold' | 'release' | 'forget' | 'arrivals' | 'count';

/** Where the gateway's mail goes. */
export interface MailSink {
  readonly smtpUrl: string;
  /** Takes no mail until `release`: its sender waits. */
  hold(): Promise<void>;
  release(): Promise<void>;
  /** Those that have come since `forget`. */
  arrivals(): Promise<MailArrival[]>;
  /** How many those are, which is quicker told. */
  count(): Promise<number>;
  forget(): Promise<void>;
  close(): Promise<void>;
}

export async function startMailSink(): Promise<MailSink> {
  const child = fork(PROCESS, {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
  });
  const answer = async () => (await once(child, 'message'))[0] as unknown;
  const port = Number(await answer());
  const order = async (word: SinkOrder) => {
    child.send(word);
    return answer();
  };
  return {
    smtpUrl: `smtp://127.0.0.1:${port}`,
    hold: async () => void (await order('hold')),
    release: async () => void (await order('release')),
    arrivals: async () => (await order('arrivals')) as MailArrival[],
    count: async () => (await order('count')) as number,
    forget: async () => void (await order('forget')),
    async close() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
