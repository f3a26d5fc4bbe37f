import { ApiHeader } from '@nestjs/swagger';

/** Documents the request header. */
export function ApiIdempotencyKey(): MethodDecorator {
  return ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'A random value of the caller’s own, such as a UUID, bare or as a structured field’s string in quotes. A request ' +
      'that is repeated with it gets the first answer again.',
    example: '8e03978e-40d5-43e8-bc93-6894a57f9324',
    // 16 to 255 characters between the quotes, where there are any.
    schema: { type: 'string', minLength: 16 },
  });
}

/** What an answer says of it. */
export const REPLAY_HEADERS = {
  'Idempotency-Replayed': {
    description: '`true` where this is the first answer again',
    schema: { type: 'string' as const, enum: ['true'] },
  },
};
