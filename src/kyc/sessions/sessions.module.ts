import { Module } from '@nestjs/common';
import { UsersModule } from '../../users/users.module.js';
import { InboxModule } from '../inbox/inbox.module.js';
import { Attempts } from './attempts.js';
import { Openings } from './openings.js';
import { SessionOpener } from './session-opener.js';
import { SessionReader } from './session-reader.js';

/** The attempts of users: how they are begun, led on and ended. */
@Module({
  imports: [InboxModule, UsersModule],
  providers: [Attempts, Openings, SessionOpener, SessionReader],
  exports: [Attempts, Openings, SessionOpener, SessionReader],
})
export class SessionsModule {}
