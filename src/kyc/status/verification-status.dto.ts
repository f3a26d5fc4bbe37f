import { ApiProperty } from '@nestjs/swagger';
import { KYC_STATUSES, type KycStatus } from '../../users/kyc-status.ts';
import { PUBLIC_REASONS, publicReason, type PublicReason } from '../domain/rejection-reason.ts';
import { NEXT_ACTIONS, type NextAction } from '../domain/user-status.ts';
import type { UserStatus } from './user-status.repository.ts';
import type { VerificationStatus } from './verification-status.service.ts';

export class VerificationStatusResponse {
  @ApiProperty({ enum: KYC_STATUSES, enumName: 'KycStatus' })
  kyc_status!: KycStatus;

  @ApiProperty({ type: String, nullable: true, example: 'veriff' })
  kyc_provider!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: "The provider's id of the current session; `erased:…` after an erasure",
  })
  kyc_session_id!: string | null;

  @ApiProperty({
    type: String,
    enum: PUBLIC_REASONS,
    nullable: true,
    description: 'Reason for the rejection, or for the request to submit again',
  })
  kyc_rejection_reason!: PublicReason | null;

  @ApiProperty({
    enum: NEXT_ACTIONS,
    enumName: 'NextAction',
    description:
      '`start` and `retry`: call start-verification. `continue`: call it too; it resumes the same session. ' +
      '`wait`: the provider is deciding. `contact_support`: no attempts are left, or the reason allows no other attempt. ' +
      '`none`: the user is verified.',
  })
  next_action!: NextAction;

  @ApiProperty({ type: 'integer', minimum: 0 })
  attempts_left!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Null before the first attempt',
  })
  updated_at!: string | null;

  static from(status: VerificationStatus): VerificationStatusResponse {
    const { updated_at, ...fields } = statusFields(status);
    return { ...fields, next_action: status.nextAction, attempts_left: status.attemptsLeft, updated_at };
  }
}

/** The fields that users and operators see. */
export function statusFields(
  status: UserStatus,
): Omit<VerificationStatusResponse, 'next_action' | 'attempts_left'> {
  return {
    kyc_status: status.status,
    kyc_provider: status.provider,
    kyc_session_id: status.sessionId,
    // During an upgrade, a replica of an earlier version can have copied a reason that is not public.
    kyc_rejection_reason: publicReason(status.rejectionReason),
    updated_at: status.updatedAt?.toISOString() ?? null,
  };
}
