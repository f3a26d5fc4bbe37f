import { ApiProperty } from '@nestjs/swagger';
import type { ErasureRequest } from './erasure.service.ts';

export class ErasureResponse {
  @ApiProperty({
    format: 'uuid',
    description: 'Names the request; the same one for as long as it is not complete at every provider',
  })
  request_id!: string;

  @ApiProperty({ format: 'date-time', description: 'When it was asked for first' })
  requested_at!: string;

  static from({ requestId, requestedAt }: ErasureRequest): ErasureResponse {
    return { request_id: requestId, requested_at: requestedAt.toISOString() };
  }
}
