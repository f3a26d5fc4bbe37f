import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { TokenUsersService } from '../users/token-users.service.ts';
import { principalOf } from './bearer.guard.ts';

/** Follows the BearerGuard on the routes of users. From here on, the principal has the id of the user's row. */
@Injectable()
export class UserGuard implements CanActivate {
  constructor(private readonly users: TokenUsersService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const principal = principalOf(context.switchToHttp().getRequest<FastifyRequest>());
    principal.userId = await this.users.idOf(principal.userId);
    return true;
  }
}
