import { Module } from '@nestjs/common';
import { BearerGuard } from './bearer.guard.js';
import { TokenVerifier } from './token-verifier.js';

@Module({ providers: [TokenVerifier, BearerGuard], exports: [TokenVerifier, BearerGuard] })
export class AuthModule {}
