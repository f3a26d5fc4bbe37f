import { Module } from '@nestjs/common';
import { BearerGuard } from './bearer.guard.js';
import { ScopeGuard } from './scope.guard.js';
import { TokenVerifier } from './token-verifier.js';

@Module({
  providers: [TokenVerifier, BearerGuard, ScopeGuard],
  exports: [TokenVerifier, BearerGuard, ScopeGuard],
})
export class AuthModule {}
