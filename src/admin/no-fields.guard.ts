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

/** Lets in requests with an empty object for a body, or none. */
@Injectable()
export class NoFieldsGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { body } = context.switchToHttp().getRequest<FastifyRequest>();
    const isEmpty = typeof (body ?? {}) === 'object' && Object.keys(body ?? {}).length === 0;
    if (!isEmpty) throw new RequestInvalidError(['the body has no fields: {}, or nothing']);
    return true;
  }
}

/** For a call that needs no words: a field in it is a mistake, and not one to be passed over. */
export function TakesNoFields(): MethodDecorator {
  const schema = { type: 'object', additionalProperties: false } as const;
  return applyDecorators(UseGuards(NoFieldsGuard), ApiBody({ required: false, schema }));
}
