import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, ApiResponse } from '@nestjs/swagger';

/** RFC 9457 problem details, as ProblemFilter sends them. */
export class ProblemResponse {
  @ApiProperty({ example: 'urn:problem:kyc:kyc.already_verified' })
  type!: string;

  @ApiProperty({ example: 'The user is verified already' })
  title!: string;

  @ApiProperty({ type: 'integer', example: 409 })
  status!: number;

  @ApiProperty({
    description: 'Stable; every code stands in docs/problems.md',
    example: 'kyc.already_verified',
  })
  code!: string;

  @ApiPropertyOptional({ type: [String], description: 'What is wrong with which field' })
  errors?: string[];
}

const SITUATIONS: Readonly<Record<number, string>> = {
  400: 'The request is not valid',
  401: 'No valid credentials',
  403: 'The token does not allow this',
  404: 'The user is not known',
  409: 'Not possible as things stand',
  413: 'The body is too large',
  415: 'The body is not JSON',
  422: 'The Idempotency-Key was used for another request',
  429: 'Too many requests; see Retry-After',
  502: 'The provider refused our request',
  503: 'Not possible at the moment; see Retry-After',
};

/** Documents the problems that a route answers with. */
export function ApiProblems(...statuses: number[]): MethodDecorator {
  return applyDecorators(
    ...statuses.map((status) =>
      ApiResponse({
        status,
        description: SITUATIONS[status] ?? 'A problem',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemResponse' } } },
      }),
    ),
  );
}
