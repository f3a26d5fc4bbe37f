import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ScopeMissingError } from './auth-errors.ts';
import { BearerGuard, principalOf } from './bearer.guard.ts';

const SCOPE = 'auth:scope';

@Injectable()
export class ScopeGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const scope = this.reflector.getAllAndOverride<string | undefined>(SCOPE, [
      context.getHandler(),
      context.getClass(),
    ]);
    const { scopes } = principalOf(context.switchToHttp().getRequest<FastifyRequest>());
    if (scope === undefined || !scopes.includes(scope)) throw new ScopeMissingError(`it lacks ${scope}`);
    return true;
  }
}

export function RequireScope(scope: string): ClassDecorator & MethodDecorator {
  return applyDecorators(SetMetadata(SCOPE, scope), UseGuards(BearerGuard, ScopeGuard));
}
