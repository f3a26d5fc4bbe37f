import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { createTransport, type Transporter } from 'nodemailer';
import type { GatewayConfig } from '../config/gateway.config.ts';
import type { ComposedMail } from './mail-composer.ts';

const TIMEOUT_MS = 10_000;

@Injectable()
export class Mailer implements OnApplicationShutdown {
  private readonly transport: Transporter;
  private readonly from: string;
  private readonly domain: string;

  constructor(config: ConfigService<GatewayConfig, true>) {
    const { smtpUrl, from } = config.get('mail', { infer: true });
    this.from = from;
    this.domain = /@([^\s<>@]+)>?$/.exec(from)?.[1] ?? 'localhost';
    this.transport = createTransport({
      url: smtpUrl,
      pool: true,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  /**
   * Resolves after the SMTP server has accepted the mail. The Message-ID is derived from `id`, so that mail clients
   * recognize a mail that was sent twice.
   */
  async send(mail: ComposedMail, to: string, id: string): Promise<void> {
    await this.transport.sendMail({
      ...mail,
      from: this.from,
      // nodemailer parses a string as a list of addresses, but does not parse an object.
      to: { name: '', address: to },
      messageId: `<${id}@${this.domain}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }
}
