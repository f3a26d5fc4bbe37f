import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.ts';
import { UsersModule } from '../../users/users.module.ts';
import { ProvidersModule } from '../providers/providers.module.ts';
import { SessionsModule } from '../sessions/sessions.module.ts';
import { StoreModule } from '../store/store.module.ts';
import { ReturnedUserService } from './returned-user.service.ts';
import { StatusController } from './status.controller.ts';
import { StatusFeed } from './stream/status-feed.ts';
import { StatusStreamService } from './stream/status-stream.service.ts';
import { UserStatusRepository } from './user-status.repository.ts';
import { VerificationStatusService } from './verification-status.service.ts';

@Module({
  imports: [AuthModule, ProvidersModule, SessionsModule, StoreModule, UsersModule],
  controllers: [StatusController],
  providers: [
    ReturnedUserService,
    StatusFeed,
    StatusStreamService,
    UserStatusRepository,
    VerificationStatusService,
  ],
  exports: [UserStatusRepository],
})
export class StatusModule {}
