import { ApiProperty } from '@nestjs/swagger';
import type { ErasureRequest } from './erasure.service.ts';

export class ErasureResponse {
  @ApiProperty({
    format: 'uuid',
    description:
      'Identifies the request. A repeated request has the same id until all providers have erased their data',
  })
  request_id!: string;

  @ApiProperty({ format: 'date-time', description: 'When the request was made for the first time' })
  requested_at!: string;

  static from({ requestId, requestedAt }: ErasureRequest): ErasureResponse {
    return { request_id: requestId, requested_at: requestedAt.toISOString() };
  }
}
