import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { REJECTION_REASONS } from '../kyc/domain/outcome.ts';
import { KYC_STATUSES, type KycStatus } from '../users/kyc-status.ts';
import type { UserPage } from './user-list.ts';
import type { UserStanding } from './user-standings.ts';

export const DEFAULT_LIMIT = 50;
const MOST = 200;
const LONGEST_CURSOR = 1024;

export class UserListQuery {
  @ApiPropertyOptional({
    enum: KYC_STATUSES,
    enumName: 'KycStatus',
    description: 'Without it: users of every status',
  })
  @IsOptional()
  @IsIn(KYC_STATUSES)
  status?: KycStatus;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MOST, default: DEFAULT_LIMIT })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MOST)
  limit?: number;

  @ApiPropertyOptional({ description: '`next` of the page before', maxLength: LONGEST_CURSOR })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_CURSOR)
  after?: string;
}

export class UserStatusResponse {
  @ApiProperty({ description: 'As the database spells it' })
  user_id!: string;

  @ApiProperty({ enum: KYC_STATUSES, enumName: 'KycStatus' })
  kyc_status!: KycStatus;

  @ApiProperty({ type: String, nullable: true, example: 'veriff' })
  kyc_provider!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: "The provider's id of the current session; `erased:…` once the user has had his data erased",
  })
  kyc_session_id!: string | null;

  @ApiProperty({ type: String, enum: REJECTION_REASONS, nullable: true })
  kyc_rejection_reason!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Null before the first attempt',
  })
  updated_at!: string | null;

  static from(standing: UserStanding): UserStatusResponse {
    return {
      user_id: standing.userId,
      kyc_status: standing.status,
      kyc_provider: standing.provider,
      kyc_session_id: standing.sessionId,
      kyc_rejection_reason: standing.rejectionReason,
      updated_at: standing.updatedAt?.toISOString() ?? null,
    };
  }
}

export class UserListResponse {
  @ApiProperty({ type: [UserStatusResponse], description: 'By status, then by id' })
  users!: UserStatusResponse[];

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Give it as `after` for the next page. Null: there is none. Behind a full page there may be an empty one.',
  })
  next!: string | null;

  static from({ users, next }: UserPage): UserListResponse {
    return { users: users.map((user) => UserStatusResponse.from(user)), next };
  }
}
