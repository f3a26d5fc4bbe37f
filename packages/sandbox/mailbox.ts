import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import type { Mail, Mailbox } from './contract.ts';
import { createMailHolds } from './mail-holds.ts';

interface Waiter {
  matches: (mail: Mail) => boolean;
  found: (mail: Mail) => void;
  fail: (error: Error) => void;
}

/** An SMTP server that stores every mail and forwards none. */
export async function openMailbox(
  port: number,
  changed: () => void = () => undefined,
): Promise<Mailbox & { close(): Promise<void> }> {
  let mails: Mail[] = [];
  const waiters = new Set<Waiter>();
  let rejections = { left: 0, code: 451 };
  const refusedRecipients = new Map<string, number>();
  const holds = createMailHolds();
  /** The connected senders by session id. Each promise resolves when the sender disconnects. */
  const senders = new Map<string, PromiseWithResolvers<void>>();
  const disconnected = ({ id }: SMTPServerSession) => senders.get(id)?.promise ?? Promise.resolve();

  async function receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const parsed = await simpleParser(stream);
    const to = session.envelope.rcptTo.map((recipient) => recipient.address);
    await holds.pass('data', to, disconnected(session));
    if (!senders.has(session.id)) throw new Error('The sender disconnected before the mail was accepted');
    if (rejections.left > 0) {
      rejections.left -= 1;
      throw Object.assign(new Error('The test made the sandbox reject this message'), {
        responseCode: rejections.code,
      });
    }
    const mail: Mail = {
      messageId: parsed.messageId ?? '',
      from: parsed.from?.text ?? '',
      to,
      subject: parsed.subject ?? '',
      text: parsed.text ?? '',
      html: parsed.html || '',
      receivedAt: new Date().toISOString(),
    };
    mails.push(mail);
    changed();
    for (const waiter of waiters) if (waiter.matches(mail)) waiter.found(mail);
  }

  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    // Without this limit, a client's pooled connection delays the close by half a minute.
    closeTimeout: 50,
    onConnect({ id }, callback) {
      senders.set(id, Promise.withResolvers());
      callback();
    },
    onRcptTo({ address }, session, callback) {
      const responseCode = refusedRecipients.get(address);
      if (responseCode !== undefined) {
        callback(
          Object.assign(new Error('The test made the sandbox reject this recipient'), { responseCode }),
        );
        return;
      }
      void holds.pass('recipient', [address], disconnected(session)).then(() => callback());
    },
    onClose({ id }) {
      senders.get(id)?.resolve();
      senders.delete(id);
    },
    onData(stream, session, callback) {
      receive(stream, session).then(
        () => callback(),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });
  // A client that breaks its connection must not end the process.
  server.on('error', () => undefined);

  const listening = await new Promise<number>((resolve, reject) => {
    const socket = server.listen(port, '127.0.0.1', () => resolve((socket.address() as AddressInfo).port));
    socket.once('error', reject);
  });

  function waitFor(matches: (mail: Mail) => boolean, timeoutMs = 15_000): Promise<Mail> {
    const past = mails.find(matches);
    if (past !== undefined) return Promise.resolve(past);
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        waiters.delete(waiter);
      };
      const waiter: Waiter = {
        matches,
        found: (mail) => (end(), resolve(mail)),
        fail: (error) => (end(), reject(error)),
      };
      const timer = setTimeout(
        () =>
          waiter.fail(
            new Error(
              `No matching mail arrived in ${timeoutMs} ms. The mailbox holds ${mails.length} other mails.`,
            ),
          ),
        timeoutMs,
      );
      waiters.add(waiter);
    });
  }

  return {
    smtpUrl: `smtp://127.0.0.1:${listening}`,
    messages: () => [...mails],
    waitFor,
    clear() {
      mails = [];
      changed();
    },
    refuseNext(times, code = 451) {
      rejections = { left: times, code };
    },
    refuseRecipient(address, code = 550) {
      refusedRecipients.set(address, code);
    },
    acceptRecipient(address) {
      refusedRecipients.delete(address);
    },
    hold: (mails) => holds.hold(mails),
    async close() {
      for (const waiter of waiters) waiter.fail(new Error('The mailbox was closed'));
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
