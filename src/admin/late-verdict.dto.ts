import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { REJECTION_REASONS } from '../kyc/domain/rejection-reason.ts';
import { type LateOutcome, type LateVerdict } from '../kyc/store/late-verdict.repository.ts';
import { KYC_STATUSES, type KycStatus } from '../users/kyc-status.ts';
import type { LateVerdictPage } from './late-verdict.service.ts';
import { OverrideRequest } from './override.dto.ts';
import { UserListQuery } from './user-list.dto.ts';

const LATE_OUTCOMES: readonly LateOutcome[] = ['in_review', 'approved', 'declined'];

export class LateVerdictListQuery extends PickType(UserListQuery, ['limit'] as const) {
  @ApiPropertyOptional({ description: '`next` of the previous page' })
  @IsOptional()
  @Matches(/^\d{1,18}$/, { message: 'after must be a next value that this list returned' })
  after?: string;
}

export class AcceptLateVerdictRequest extends PickType(OverrideRequest, ['reason'] as const) {}

export class LateVerdictResponse {
  @ApiProperty({ example: '4711', description: 'The id under which the verdict can be accepted' })
  event_id!: string;

  @ApiProperty({ description: 'The user id as the database spells it' })
  user_id!: string;

  @ApiProperty({
    enum: KYC_STATUSES,
    enumName: 'KycStatus',
    description: "The user's status now. The verdict differs from it",
  })
  kyc_status!: KycStatus;

  @ApiProperty({ example: 'veriff' })
  provider!: string;

  @ApiProperty({ description: "The provider's id of the session that the verdict is about" })
  session_id!: string;

  @ApiProperty({ enum: LATE_OUTCOMES })
  outcome!: LateOutcome;

  @ApiProperty({ type: String, enum: REJECTION_REASONS, nullable: true })
  reason!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Time of the verdict at the provider',
  })
  occurred_at!: string | null;

  @ApiProperty({ format: 'date-time' })
  received_at!: string;

  static from(verdict: LateVerdict): LateVerdictResponse {
    return {
      event_id: verdict.eventId,
      user_id: verdict.userId,
      kyc_status: verdict.kycStatus,
      provider: verdict.provider,
      session_id: verdict.sessionId,
      outcome: verdict.outcome,
      reason: verdict.reason,
      occurred_at: verdict.occurredAt?.toISOString() ?? null,
      received_at: verdict.receivedAt.toISOString(),
    };
  }
}

export class LateVerdictListResponse {
  @ApiProperty({ type: [LateVerdictResponse], description: 'Newest first' })
  late_verdicts!: LateVerdictResponse[];

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Pass it as `after` to get the next page. Null on the last page. The page after a full page can be empty.',
  })
  next!: string | null;

  static from({ verdicts, next }: LateVerdictPage): LateVerdictListResponse {
    return { late_verdicts: verdicts.map((verdict) => LateVerdictResponse.from(verdict)), next };
  }
}
