import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length, Matches, ValidateBy } from 'class-validator';
import { REJECTION_REASONS, type RejectionReason } from '../kyc/domain/rejection-reason.ts';
import { type Override, OVERRIDES } from './override.service.ts';

const MAX_REASON_LENGTH = 500;

const OnlyWithRejected = () =>
  ValidateBy({
    name: 'onlyWithRejected',
    validator: {
      validate: (_, args) => (args?.object as OverrideRequest | undefined)?.status === 'rejected',
      defaultMessage: () => 'rejection_reason is allowed only with the status rejected',
    },
  });

export class OverrideRequest {
  @ApiProperty({ enum: OVERRIDES })
  @IsIn(OVERRIDES)
  status!: Override;

  @ApiProperty({
    description: 'Reason for the audit trail. The user never sees it. Do not enter personal data.',
    minLength: 1,
    maxLength: MAX_REASON_LENGTH,
    example: 'Passport seen at the branch, ticket 4711',
  })
  @IsString()
  @Length(1, MAX_REASON_LENGTH)
  // PostgreSQL cannot store NUL.
  @Matches(/^[^\0]*[^\0\s][^\0]*$/, { message: 'reason must not be blank' })
  reason!: string;

  @ApiPropertyOptional({
    enum: REJECTION_REASONS,
    description:
      'Reason for the user; only with `rejected`. Default: `other`. `fraud` is shown to the user as `other`. ' +
      'After `underage` and `fraud` the user cannot start again; after any other reason they can.',
  })
  @IsOptional()
  @IsIn(REJECTION_REASONS)
  @OnlyWithRejected()
  rejection_reason?: RejectionReason;
}
