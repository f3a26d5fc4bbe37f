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

it('keeps what is sent', async () => {
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

it('waits for a mail that has come, or comes', async () => {
  const coming = mailbox.waitFor(({ subject }) => subject === 'second');
  await send({ subject: 'first' });
  await send({ subject: 'second' });
  expect((await coming).subject).toBe('second');
  expect((await mailbox.waitFor(({ subject }) => subject === 'first')).subject).toBe('first');
});

it('does not wait for ever', async () => {
  await expect(mailbox.waitFor(() => false, 1)).rejects.toThrow('no such mail');
});

it('refuses as many messages as it is told, with the code it is told', async () => {
  mailbox.refuseNext(1, 552);
  await expect(send()).rejects.toMatchObject({ responseCode: 552 });
  expect(mailbox.messages()).toEqual([]);
  await send();
  expect(mailbox.messages()).toHaveLength(1);
});
