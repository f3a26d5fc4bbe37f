import { Module } from '@nestjs/common';
import { BearerGuard } from './bearer.guard.ts';
import { ScopeGuard } from './scope.guard.ts';
import { TokenVerifier } from './token-verifier.ts';

@Module({
  providers: [TokenVerifier, BearerGuard, ScopeGuard],
  exports: [TokenVerifier, BearerGuard, ScopeGuard],
})
export class AuthModule {}
