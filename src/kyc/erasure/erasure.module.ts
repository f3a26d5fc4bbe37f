import { Module } from '@nestjs/common';
import { JobsModule } from '../../jobs/jobs.module.ts';
import { UsersModule } from '../../users/users.module.ts';
import { InboxModule } from '../inbox/inbox.module.ts';
import { ErasureService } from './erasure.service.ts';
import { OpenSessions } from './open-sessions.ts';

@Module({
  imports: [InboxModule, JobsModule, UsersModule],
  providers: [ErasureService, OpenSessions],
  exports: [ErasureService],
})
export class ErasureModule {}
