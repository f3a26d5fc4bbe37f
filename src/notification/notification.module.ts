import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { UsersModule } from '../users/users.module.js';
import { MailComposer } from './mail-composer.js';
import { Mailer } from './mailer.js';
import { NotificationWorker } from './notification.worker.js';

@Module({ imports: [JobsModule, UsersModule], providers: [MailComposer, Mailer, NotificationWorker] })
export class NotificationModule {}
