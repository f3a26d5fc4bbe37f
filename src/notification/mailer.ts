import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { SendMailOptions, Transporter } from 'nodemailer';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { Secrets } from '../config/secrets.ts';
import { Tracing } from '../tracing/tracing.ts';
import type { ComposedMail } from './mail-composer.ts';
import { SmtpUtf8Error } from './mail-failure.ts';
import { describeSmtpServer, smtpTransport } from './smtp.ts';

/** The domain can have other characters, because nodemailer sends it as punycode. */
const ASCII_LOCAL_PART = /^[\0-\x7f]*@[^@]*$/;

@Injectable()
export class Mailer implements OnApplicationShutdown {
  private readonly mailServer: () => MailServer;
  private readonly from: string;
  private readonly domain: string;

  constructor(
    config: ConfigService<GatewayConfig, true>,
    secrets: Secrets,
    private readonly tracing: Tracing,
  ) {
    const { from } = config.get('mail', { infer: true });
    this.from = from;
    this.domain = /@([^\s<>@]+)>?$/.exec(from)?.[1] ?? 'localhost';
    this.mailServer = secrets.derive(
      ({ mail }) => mail.smtpUrl,
      (smtpUrl, previous?: MailServer) => {
        previous?.closeAfterMails();
        return new MailServer(smtpUrl);
      },
    );
  }

  /**
   * Resolves after the SMTP server has accepted the mail. The Message-ID is derived from `id`, so that mail clients
   * recognize a mail that was sent twice.
   * @throws SmtpUtf8Error if the address needs SMTPUTF8 and the server does not offer it
   */
  async send(mail: ComposedMail, to: string, id: string): Promise<void> {
    const server = this.mailServer();
    if (!ASCII_LOCAL_PART.test(to)) await server.requireSmtpUtf8();
    const message = {
      ...mail,
      from: this.from,
      // nodemailer parses a string as a list of addresses, but does not parse an object.
      to: { name: '', address: to },
      messageId: `<${id}@${this.domain}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    };
    const span = { kind: 'client', attributes: {} } as const;
    await this.tracing.run('send mail', span, () => server.send(message));
  }

  onApplicationShutdown(): void {
    this.mailServer().close();
  }
}

/** The connections to one mail server with one password. */
class MailServer {
  private readonly transport: Transporter;
  private readonly sending = new Set<Promise<unknown>>();

  constructor(smtpUrl: string) {
    this.transport = smtpTransport(smtpUrl, { pool: true });
  }

  async send(mail: SendMailOptions): Promise<void> {
    const sent = this.transport.sendMail(mail);
    this.sending.add(sent);
    try {
      await sent;
    } finally {
      this.sending.delete(sent);
    }
  }

  /** Asks the server each time, because few mails need it, and a stored answer could be out of date. */
  async requireSmtpUtf8(): Promise<void> {
    if (!(await describeSmtpServer(this.transport)).offersSmtpUtf8) throw new SmtpUtf8Error();
  }

  close(): void {
    this.transport.close();
  }

  /** A closed transport rejects the mails that wait for a connection, so this waits for them. */
  closeAfterMails(): void {
    void Promise.allSettled(this.sending).then(() => this.close());
  }
}
