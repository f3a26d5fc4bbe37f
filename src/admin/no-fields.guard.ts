import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  UseGuards,
} from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RequestInvalidError } from '../common/request-errors.ts';

@Injectable()
export class NoFieldsGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { body } = context.switchToHttp().getRequest<FastifyRequest>();
    const isEmpty = typeof (body ?? {}) === 'object' && Object.keys(body ?? {}).length === 0;
    if (!isEmpty) throw new RequestInvalidError(['the body must be empty or {}']);
    return true;
  }
}

/** The operation has no parameters. A field in its body is a mistake of the caller, so the guard rejects it. */
export function TakesNoFields(): MethodDecorator {
  const schema = { type: 'object', additionalProperties: false } as const;
  return applyDecorators(UseGuards(NoFieldsGuard), ApiBody({ required: false, schema }));
}
