import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.ts';
import { UsersModule } from '../../users/users.module.ts';
import { IdempotencyModule } from '../idempotency/idempotency.module.ts';
import { LimitsModule } from '../limits/limits.module.ts';
import { ProvidersModule } from '../providers/providers.module.ts';
import { SessionsModule } from '../sessions/sessions.module.ts';
import { StoreModule } from '../store/store.module.ts';
import { StartDecisionService } from './start-decision.service.ts';
import { StartVerificationService } from './start-verification.service.ts';
import { StartController } from './start.controller.ts';

@Module({
  imports: [
    AuthModule,
    IdempotencyModule,
    LimitsModule,
    ProvidersModule,
    SessionsModule,
    StoreModule,
    UsersModule,
  ],
  controllers: [StartController],
  providers: [StartDecisionService, StartVerificationService],
})
export class StartModule {}
