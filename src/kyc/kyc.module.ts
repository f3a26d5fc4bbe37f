import { Module } from '@nestjs/common';
import { ErasureModule } from './erasure/erasure.module.ts';
import { InboxModule } from './inbox/inbox.module.ts';
import { ProvidersModule } from './providers/providers.module.ts';
import { ReconciliationModule } from './reconciliation/reconciliation.module.ts';
import { RetentionModule } from './retention/retention.module.ts';
import { StartModule } from './start/start.module.ts';
import { StatusModule } from './status/status.module.ts';

@Module({
  imports: [
    ErasureModule,
    InboxModule,
    ProvidersModule,
    ReconciliationModule,
    RetentionModule,
    StartModule,
    StatusModule,
  ],
  exports: [InboxModule, ProvidersModule],
})
export class KycModule {}
