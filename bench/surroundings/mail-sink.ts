import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROCESS = fileURLToPath(new URL('./mail-sink-process.ts', import.meta.url));

export interface MailArrival {
  to: string;
  /** The time of its DATA command, in epoch milliseconds. */
  at: number;
}

export type SinkOrder = 'hold' | 'release' | 'forget' | 'arrivals' | 'count';

/** The mail server of the gateway. */
export interface MailSink {
  readonly smtpUrl: string;
  /** Makes senders wait until `release`. */
  hold(): Promise<void>;
  release(): Promise<void>;
  /** The mails since `forget`. */
  arrivals(): Promise<MailArrival[]>;
  /** The number of mails since `forget`, which is faster than listing them. */
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
