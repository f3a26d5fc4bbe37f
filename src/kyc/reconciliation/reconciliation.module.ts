import { Module } from '@nestjs/common';
import { ProvidersModule } from '../providers/providers.module.ts';
import { InboxModule } from '../inbox/inbox.module.ts';
import { SessionsModule } from '../sessions/sessions.module.ts';
import { ReadBudget } from './read-budget.ts';
import { ReconciliationService } from './reconciliation.service.ts';
import { SessionChecker } from './session-checker.ts';
import { SilentSessions } from './silent-sessions.ts';

@Module({
  imports: [InboxModule, ProvidersModule, SessionsModule],
  providers: [ReadBudget, ReconciliationService, SessionChecker, SilentSessions],
  exports: [ReconciliationService],
})
export class ReconciliationModule {}
