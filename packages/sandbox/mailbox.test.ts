import nodemailer from 'nodemailer';
import { openMailbox } from './mailbox.ts';

let mailbox: Awaited<ReturnType<typeof openMailbox>>;
beforeEach(async () => {
  mailbox = await openMailbox(0);
});
afterEach(() => mailbox.close());

const letter = { from: 'kyc@bank.example', to: 'jane@example.org', subject: 'Õnnitleme', text: 'Done.' };
const send = (change: object = {}) =>
  nodemailer.createTransport(mailbox.smtpUrl).sendMail({ ...letter, ...change });

it('The mailbox stores each mail', async () => {
  await send({ messageId: '<1@bank.example>', html: '<p>Done.</p>' });
  expect(mailbox.messages()).toEqual([
    {
      messageId: '<1@bank.example>',
      from: 'kyc@bank.example',
      to: ['jane@example.org'],
      subject: 'Õnnitleme',
      text: expect.stringContaining('Done.'),
      html: expect.stringContaining('<p>Done.</p>'),
      receivedAt: expect.any(String),
    },
  ]);
  mailbox.clear();
  expect(mailbox.messages()).toEqual([]);
});

it('The mailbox finds an earlier mail and waits for a later one', async () => {
  const coming = mailbox.waitFor(({ subject }) => subject === 'second');
  await send({ subject: 'first' });
  await send({ subject: 'second' });
  expect((await coming).subject).toBe('second');
  expect((await mailbox.waitFor(({ subject }) => subject === 'first')).subject).toBe('first');
});

it('The mailbox stops waiting for a mail after the timeout', async () => {
  await expect(mailbox.waitFor(() => false, 1)).rejects.toThrow('No matching mail');
});

it('The mailbox rejects the given number of messages with the given code', async () => {
  mailbox.refuseNext(1, 552);
  await expect(send()).rejects.toMatchObject({ responseCode: 552 });
  expect(mailbox.messages()).toEqual([]);
  await send();
  expect(mailbox.messages()).toHaveLength(1);
});

it.each(['recipient', 'data'] as const)(
  'The mailbox holds a mail at the stage "%s" until it is released',
  async (at) => {
    const hold = mailbox.hold({ to: 'jane@example.org', at });
    const sending = send();
    await hold.reached;
    await send({ to: 'john@example.org' });
    expect(mailbox.messages().map((mail) => mail.to)).toEqual([['john@example.org']]);

    hold.release();
    await sending;
    await send();

    expect(mailbox.messages()).toHaveLength(3);
  },
);

it.each(['recipient', 'data'] as const)(
  'The mailbox drops a mail if the sender disconnects at the stage "%s"',
  async (at) => {
    const hold = mailbox.hold({ to: 'jane@example.org', at });
    const transport = nodemailer.createTransport({ url: mailbox.smtpUrl, socketTimeout: 200 });
    const sending = transport.sendMail(letter);
    await hold.reached;
    await expect(sending).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    await hold.abandoned;

    hold.release();
    await send({ subject: 'again' });

    expect(mailbox.messages().map((mail) => mail.subject)).toEqual(['again']);
  },
);

it('The mailbox rejects only the given recipient, until the address is accepted again', async () => {
  mailbox.refuseRecipient('jane@example.org');
  await expect(send()).rejects.toMatchObject({ command: 'RCPT TO', responseCode: 550 });
  await send({ to: 'john@example.org' });

  mailbox.acceptRecipient('jane@example.org');
  await send();

  expect(mailbox.messages().map((mail) => mail.to)).toEqual([['john@example.org'], ['jane@example.org']]);
});
