/** An SMTP server in a separate process. It accepts every mail and records only its time of arrival. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { MailArrival, SinkOrder } from './mail-sink.ts';

let arrivals: MailArrival[] = [];
let release: Promise<void> = Promise.resolve();
let open = () => undefined as void;

const server = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  onData(stream, session, callback) {
    const at = performance.timeOrigin + performance.now();
    stream.resume();
    stream.once('end', () => {
      void release.then(() => {
        for (const { address } of session.envelope.rcptTo) arrivals.push({ to: address, at });
        callback();
      });
    });
  },
});
server.on('error', () => undefined);

process.on('disconnect', () => process.exit());
process.on('message', (order: SinkOrder) => {
  if (order === 'hold') release = new Promise((resolve) => (open = resolve));
  if (order === 'release') open();
  if (order === 'forget') arrivals = [];
  process.send?.(order === 'count' ? arrivals.length : order === 'arrivals' ? arrivals : []);
});
server.listen(0, '127.0.0.1', () => {
  process.send?.((server.server.address() as AddressInfo).port);
});
