import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.ts';
import { JobsModule } from '../jobs/jobs.module.ts';
import { DecisionsModule } from '../kyc/decisions/decisions.module.ts';
import { ErasureModule } from '../kyc/erasure/erasure.module.ts';
import { InboxModule } from '../kyc/inbox/inbox.module.ts';
import { ReconciliationModule } from '../kyc/reconciliation/reconciliation.module.ts';
import { StatusModule } from '../kyc/status/status.module.ts';
import { UsersModule } from '../users/users.module.ts';
import { AdminActionsController } from './actions.controller.ts';
import { LateVerdictService } from './late-verdict.service.ts';
import { LateVerdictsController } from './late-verdicts.controller.ts';
import { MailResendService } from './mail-resend.service.ts';
import { OperatorErasureService } from './operator-erasure.service.ts';
import { OperatorReconciliationService } from './operator-reconciliation.service.ts';
import { OverrideService } from './override.service.ts';
import { OwnCaseService } from './own-case.service.ts';
import { UserDetailService } from './user-detail.service.ts';
import { UserListService } from './user-list.service.ts';
import { AdminUsersController } from './users.controller.ts';

@Module({
  imports: [
    AuthModule,
    DecisionsModule,
    ErasureModule,
    InboxModule,
    JobsModule,
    ReconciliationModule,
    StatusModule,
    UsersModule,
  ],
  controllers: [AdminUsersController, AdminActionsController, LateVerdictsController],
  providers: [
    LateVerdictService,
    MailResendService,
    OperatorErasureService,
    OperatorReconciliationService,
    OverrideService,
    OwnCaseService,
    UserDetailService,
    UserListService,
  ],
})
export class AdminModule {}
