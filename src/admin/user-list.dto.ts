import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { KYC_STATUSES, type KycStatus } from '../users/kyc-status.ts';
import type { UserStatus } from '../kyc/status/user-status.repository.ts';
import { statusFields, VerificationStatusResponse } from '../kyc/status/verification-status.dto.ts';
import type { UserPage } from './user-list.service.ts';

export const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;
const MAX_CURSOR_LENGTH = 1024;

export class UserListQuery {
  @ApiPropertyOptional({
    enum: KYC_STATUSES,
    enumName: 'KycStatus',
    description: 'Only users of this status',
  })
  @IsOptional()
  @IsIn(KYC_STATUSES)
  status?: KycStatus;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAX_LIMIT)
  limit?: number;

  @ApiPropertyOptional({ description: '`next` of the previous page', maxLength: MAX_CURSOR_LENGTH })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_CURSOR_LENGTH)
  after?: string;
}

export class UserStatusResponse extends OmitType(VerificationStatusResponse, [
  'next_action',
  'attempts_left',
]) {
  @ApiProperty({ description: 'The user id as the database spells it' })
  user_id!: string;

  static from(status: UserStatus): UserStatusResponse {
    return { user_id: status.userId, ...statusFields(status) };
  }
}

export class UserListResponse {
  @ApiProperty({ type: [UserStatusResponse], description: 'Ordered by status, then by id' })
  users!: UserStatusResponse[];

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Pass it as `after` to get the next page. Null on the last page. The page after a full page can be empty.',
  })
  next!: string | null;

  static from({ users, next }: UserPage): UserListResponse {
    return { users: users.map((user) => UserStatusResponse.from(user)), next };
  }
}
