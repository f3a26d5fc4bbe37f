import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { TokenRefusedError } from './auth-errors.ts';
import { type Principal, TokenVerifier } from './token-verifier.ts';

const BEARER = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i;
const MAX_TOKEN_LENGTH = 8_192;

type AuthenticatedRequest = FastifyRequest & { principal?: Principal };

@Injectable()
export class BearerGuard implements CanActivate {
  constructor(private readonly tokens: TokenVerifier) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const header = request.headers.authorization ?? '';
    const token = header.length <= MAX_TOKEN_LENGTH ? BEARER.exec(header)?.[1] : undefined;
    if (token === undefined) throw new TokenRefusedError('no bearer token');
    request.principal = await this.tokens.principalOf(token);
    return true;
  }
}

export function principalOf(request: FastifyRequest): Principal {
  const { principal } = request as AuthenticatedRequest;
  if (principal === undefined) throw new TokenRefusedError('the route is not guarded');
  return principal;
}

export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  return principalOf(context.switchToHttp().getRequest<FastifyRequest>());
});
