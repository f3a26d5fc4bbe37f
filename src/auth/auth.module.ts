import { Module } from '@nestjs/common';
import { BearerGuard } from './bearer.guard.ts';
import { ScopeGuard } from './scope.guard.ts';
import { UsersModule } from '../users/users.module.ts';
import { TokenVerifier } from './token-verifier.ts';
import { UserGuard } from './user.guard.ts';

@Module({
  imports: [UsersModule],
  providers: [TokenVerifier, BearerGuard, ScopeGuard, UserGuard],
  exports: [TokenVerifier, BearerGuard, ScopeGuard, UserGuard, UsersModule],
})
export class AuthModule {}
