import { Module } from '@nestjs/common';
import { ProvidersModule } from '../providers/providers.module.js';
import { InboxModule } from '../inbox/inbox.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { ReadBudget } from './read-budget.js';
import { Reconciler } from './reconciler.js';
import { SessionChecker } from './session-checker.js';
import { SilentSessions } from './silent-sessions.js';

@Module({
  imports: [InboxModule, ProvidersModule, SessionsModule],
  providers: [ReadBudget, Reconciler, SessionChecker, SilentSessions],
  exports: [Reconciler],
})
export class ReconciliationModule {}
