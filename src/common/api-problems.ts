import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, ApiResponse } from '@nestjs/swagger';
import { PROBLEM_CODES, type ProblemCode } from './problem-codes.ts';

export class ProblemResponse {
  @ApiProperty({ example: 'urn:problem:kyc:kyc.already_verified' })
  type!: string;

  @ApiProperty({ example: 'This user is already verified' })
  title!: string;

  @ApiProperty({ type: 'integer', example: 409 })
  status!: number;

  @ApiProperty({
    enum: PROBLEM_CODES,
    description:
      'Stable. Decide by this code and show `title` to people only. docs/problems.md explains each code.',
    example: 'kyc.already_verified',
  })
  code!: ProblemCode;

  @ApiPropertyOptional({ type: [String], description: 'One sentence for each field that is wrong' })
  errors?: string[];
}

const SITUATIONS: Readonly<Record<number, string>> = {
  400: 'The request is not valid',
  401: 'The token or signature is missing or not valid',
  403: 'The token lacks the required scope',
  404: 'The user does not exist',
  409: 'The current state does not allow this',
  413: 'The body is too large',
  415: 'The content type is not application/json',
  422: 'The Idempotency-Key was already used for a different request',
  429: 'Too many requests. Try again after Retry-After seconds',
  502: 'The identity provider rejected the request',
  503: 'Temporarily unavailable. Try again after Retry-After seconds',
};

export function ApiProblems(...statuses: number[]): MethodDecorator {
  return applyDecorators(
    ...statuses.map((status) =>
      ApiResponse({
        status,
        description: SITUATIONS[status] ?? 'Problem',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemResponse' } } },
      }),
    ),
  );
}
