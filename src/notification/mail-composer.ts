import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import Handlebars from 'handlebars';
import type { GatewayConfig } from '../config/gateway.config.ts';
import type { NotificationSubject } from '../jobs/queues.ts';
import { wordsOf } from '../kyc/domain/rejection-reason.ts';
import type { CurrentNotice } from '../kyc/notices/notice.service.ts';

export interface ComposedMail {
  subject: string;
  text: string;
  html: string;
}

const SUBJECTS: Readonly<Record<NotificationSubject, string>> = {
  verified: 'You are verified',
  rejected: 'Your verification was not successful',
  resubmission_requested: 'Please submit your verification again',
  approval_withdrawn: 'Your verification is no longer valid',
};

type Template = (context: object) => string;

/** The HTML templates escape every value. */
@Injectable()
export class MailComposer {
  private readonly returnUrl: string;
  private readonly templates: Readonly<Record<NotificationSubject, { text: Template; html: Template }>>;

  constructor(config: ConfigService<GatewayConfig, true>) {
    this.returnUrl = config.get('kyc', { infer: true }).redirectUrls[0] ?? '';
    const engine = Handlebars.create();
    engine.registerPartial('layout', read('layout.html.hbs'));
    const pair = (name: NotificationSubject) => ({
      text: engine.compile(read(`${name}.text.hbs`), { strict: true, noEscape: true }),
      html: engine.compile(read(`${name}.html.hbs`), { strict: true }),
    });
    this.templates = {
      verified: pair('verified'),
      rejected: pair('rejected'),
      resubmission_requested: pair('resubmission_requested'),
      approval_withdrawn: pair('approval_withdrawn'),
    };
  }

  compose({ subject, reason, canRetry }: CurrentNotice): ComposedMail {
    const context = {
      title: SUBJECTS[subject],
      reason: wordsOf(reason),
      canRetry,
      returnUrl: this.returnUrl,
    };
    const { text, html } = this.templates[subject];
    return { subject: SUBJECTS[subject], text: text(context), html: html(context) };
  }
}

function read(name: string): string {
  return readFileSync(new URL(`./templates/${name}`, import.meta.url), 'utf8');
}
