import { FinalJobError } from '../jobs/job-queue.ts';
import { isServerDown, mailFailure, type SmtpFailure } from './mail-failure.ts';

const failed = (failure: SmtpFailure, message = 'refused') =>
  mailFailure(Object.assign(new Error(message), failure));
const atRecipient = (response: string): SmtpFailure => ({
  code: 'EENVELOPE',
  command: 'RCPT TO',
  responseCode: Number(response.slice(0, 3)),
  response,
});

describe('A mail that the server did not accept', () => {
  it.each([
    ['550 No such user here'],
    ['550 5.1.1 <jane@users.example.com>: Recipient address rejected: User unknown'],
    ['550-5.1.1 The email account that you tried to reach does not exist.'],
    ['550 5.2.1 The account is disabled'],
    ['553 Mailbox name not allowed'],
    ['551 User not local'],
    ['501 5.1.3 Bad recipient address syntax'],
    ['556 5.1.10 Recipient address has a null MX'],
    ['553 5.6.7 Non-ASCII addresses are not permitted'],
  ])('a mail is not retried if the server rejects the recipient with: %s', (response) => {
    expect(failed(atRecipient(response))).toBeInstanceOf(FinalJobError);
  });

  it('a mail is not retried if nodemailer rejects the address itself', () => {
    expect(failed({ code: 'EENVELOPE', command: 'API' })).toBeInstanceOf(FinalJobError);
  });

  it.each([
    ['450 4.2.0 Greylisted'],
    ['421 Too many connections'],
    ['452 4.2.2 Mailbox full'],
    ['552 5.2.2 Mailbox full'],
    ['530 5.7.0 Authentication required'],
    ['554 5.7.1 Relay access denied'],
    ['550 5.7.1 Unable to relay'],
    ['553 5.7.1 Sender address rejected: not owned by user'],
    ['550 5.1.8 Sender address rejected: Domain not found'],
    ['554 Transaction failed'],
  ])('a mail is retried if the server answers the recipient with: %s', (response) => {
    expect(failed(atRecipient(response))).not.toBeInstanceOf(FinalJobError);
  });

  it.each([
    ['the login', { code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535 }],
    ['the sender', { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 550 }],
    ['the data command', { code: 'EENVELOPE', command: 'DATA', responseCode: 550 }],
    ['the message', { code: 'EMESSAGE', command: 'DATA', responseCode: 550 }],
    ['the connection', { code: 'ESOCKET', command: 'CONN' }],
    ['nothing that is known', {}],
  ])('a mail is retried if the failure concerns %s', (_, failure) => {
    expect(failed(failure)).not.toBeInstanceOf(FinalJobError);
  });

  it.each([
    ['the connection', { code: 'ESOCKET', command: 'CONN' }, true],
    ['a timeout', { code: 'ETIMEDOUT', command: 'CONN' }, true],
    ['the login', { code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535 }, true],
    ['the sender', { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 550 }, true],
    ['the number of connections', atRecipient('421 Too many connections'), true],
    ['an unknown recipient', atRecipient('550 No such user here'), false],
    ['a full mailbox', atRecipient('452 4.2.2 Mailbox full'), false],
    ['the address', { code: 'EENVELOPE', command: 'API' }, false],
    ['the message', { code: 'EMESSAGE', command: 'DATA', responseCode: 554 }, false],
    ['nothing that is known', {}, false],
  ])('a failure that concerns %s counts as a failure of the server: %j, %s', (_, failure, isDown) => {
    expect(isServerDown(Object.assign(new Error('refused'), failure))).toBe(isDown);
  });

  it.each([
    [atRecipient('550 5.1.1 <jane@users.example.com>: unknown'), 'EENVELOPE 550'],
    [{ code: 'ESOCKET' }, 'ESOCKET'],
    [{}, 'no code'],
  ])('a mail failure is described by its codes and without the address: %j', (failure, codes) => {
    const { message } = failed(failure, 'refused: jane@users.example.com');
    expect(message).toMatch(new RegExp(String.raw`^[a-z ]+ \(${codes}\)$`));
  });
});
