import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { ErasureModule } from '../kyc/erasure/erasure.module.js';
import { InboxModule } from '../kyc/inbox/inbox.module.js';
import { ReconciliationModule } from '../kyc/reconciliation/reconciliation.module.js';
import { UsersModule } from '../users/users.module.js';
import { AdminActionsController } from './actions.controller.js';
import { MailResender } from './mail-resender.js';
import { OperatorsErasure } from './operators-erasure.js';
import { OperatorsReconciliation } from './operators-reconciliation.js';
import { Overrides } from './override.js';
import { UserFile } from './user-file.js';
import { UserList } from './user-list.js';
import { UserStandings } from './user-standings.js';
import { AdminUsersController } from './users.controller.js';

/** The operators' API. */
@Module({
  imports: [AuthModule, ErasureModule, InboxModule, JobsModule, ReconciliationModule, UsersModule],
  controllers: [AdminUsersController, AdminActionsController],
  providers: [
    MailResender,
    OperatorsErasure,
    OperatorsReconciliation,
    Overrides,
    UserFile,
    UserList,
    UserStandings,
  ],
})
export class AdminModule {}
