import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface RawMailbox {
  url: string;
  /** Complete mails with headers, both raw and decoded. */
  mails(): { to: string[]; text: string }[];
  close(): Promise<void>;
}

export async function openRawMailbox(): Promise<RawMailbox> {
  const mails: { to: string[]; text: string }[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 50,
    onData(stream, session, done) {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        const raw = Buffer.concat(chunks);
        const text = `${raw.toString()}${JSON.stringify(await simpleParser(raw))}`;
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text });
        done();
      })();
    },
  });
  const listening = await new Promise<{ address(): unknown }>((resolve) => {
    const started = server.listen(0, '127.0.0.1', () => resolve(started));
  });
  return {
    url: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    mails: () => [...mails],
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
