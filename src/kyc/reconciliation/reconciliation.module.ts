import { Module } from '@nestjs/common';
import { JobsModule } from '../../jobs/jobs.module.ts';
import { UsersModule } from '../../users/users.module.ts';
import { ProvidersModule } from '../providers/providers.module.ts';
import { SessionsModule } from '../sessions/sessions.module.ts';
import { StoreModule } from '../store/store.module.ts';
import { AttemptReconciler } from './attempt-reconciler.ts';
import { StartRecoverer } from './start-recoverer.ts';
import { ReconciliationService } from './reconciliation.service.ts';
import { ReconciliationWorker } from './reconciliation.worker.ts';

@Module({
  imports: [JobsModule, ProvidersModule, SessionsModule, StoreModule, UsersModule],
  providers: [AttemptReconciler, ReconciliationService, ReconciliationWorker, StartRecoverer],
  exports: [ReconciliationService],
})
export class ReconciliationModule {}
