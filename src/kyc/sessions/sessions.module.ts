import { Module } from '@nestjs/common';
import { UsersModule } from '../../users/users.module.ts';
import { InboxModule } from '../inbox/inbox.module.ts';
import { Attempts } from './attempts.ts';
import { AttemptRepository } from '../store/attempt.repository.ts';
import { SessionOpener } from './session-opener.ts';
import { SessionReader } from './session-reader.ts';

/** The attempts of users: how they are begun, led on and ended. */
@Module({
  imports: [InboxModule, UsersModule],
  providers: [Attempts, AttemptRepository, SessionOpener, SessionReader],
  exports: [Attempts, AttemptRepository, SessionOpener, SessionReader],
})
export class SessionsModule {}
