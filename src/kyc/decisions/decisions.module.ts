import { Module } from '@nestjs/common';
import { UsersModule } from '../../users/users.module.ts';
import { InboxModule } from '../inbox/inbox.module.ts';
import { StatusModule } from '../status/status.module.ts';
import { StoreModule } from '../store/store.module.ts';
import { DecisionWriter } from './decision-writer.ts';

@Module({
  imports: [InboxModule, StatusModule, StoreModule, UsersModule],
  providers: [DecisionWriter],
  exports: [DecisionWriter],
})
export class DecisionsModule {}
