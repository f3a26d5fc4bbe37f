import { Module } from '@nestjs/common';
import { JobsModule } from '../../jobs/jobs.module.js';
import { UsersModule } from '../../users/users.module.js';
import { InboxModule } from '../inbox/inbox.module.js';
import { Erasures } from './erasures.service.js';
import { OpenSessions } from './open-sessions.js';

@Module({
  imports: [InboxModule, JobsModule, UsersModule],
  providers: [Erasures, OpenSessions],
  exports: [Erasures],
})
export class ErasureModule {}
