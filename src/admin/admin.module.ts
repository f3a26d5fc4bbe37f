import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.ts';
import { JobsModule } from '../jobs/jobs.module.ts';
import { ErasureModule } from '../kyc/erasure/erasure.module.ts';
import { InboxModule } from '../kyc/inbox/inbox.module.ts';
import { ReconciliationModule } from '../kyc/reconciliation/reconciliation.module.ts';
import { UsersModule } from '../users/users.module.ts';
import { AdminActionsController } from './actions.controller.ts';
import { MailResender } from './mail-resender.ts';
import { OperatorsErasure } from './operators-erasure.ts';
import { OperatorsReconciliation } from './operators-reconciliation.ts';
import { OverrideService } from './override.service.ts';
import { UserFile } from './user-file.ts';
import { UserList } from './user-list.ts';
import { UserStandings } from './user-standings.ts';
import { AdminUsersController } from './users.controller.ts';

/** The operators' API. */
@Module({
  imports: [AuthModule, ErasureModule, InboxModule, JobsModule, ReconciliationModule, UsersModule],
  controllers: [AdminUsersController, AdminActionsController],
  providers: [
    MailResender,
    OperatorsErasure,
    OperatorsReconciliation,
    OverrideService,
    UserFile,
    UserList,
    UserStandings,
  ],
})
export class AdminModule {}
