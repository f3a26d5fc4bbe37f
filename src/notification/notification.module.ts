import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.ts';
import { NoticesModule } from '../kyc/notices/notices.module.ts';
import { UsersModule } from '../users/users.module.ts';
import { MailCircuit } from './mail-circuit.ts';
import { MailComposer } from './mail-composer.ts';
import { Mailer } from './mailer.ts';
import { NotificationWorker } from './notification.worker.ts';

@Module({
  imports: [JobsModule, NoticesModule, UsersModule],
  providers: [MailCircuit, MailComposer, Mailer, NotificationWorker],
})
export class NotificationModule {}
