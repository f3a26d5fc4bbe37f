import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length, Matches, ValidateBy } from 'class-validator';
import { REJECTION_REASONS, type RejectionReason } from '../kyc/domain/outcome.ts';
import { type Override, OVERRIDES } from './override.service.ts';

const LONGEST_REASON = 500;

const GoesWithRejected = () =>
  ValidateBy({
    name: 'goesWithRejected',
    validator: {
      validate: (_, asked) => (asked?.object as OverrideRequest | undefined)?.status === 'rejected',
      defaultMessage: () => 'rejection_reason goes with the status rejected only',
    },
  });

export class OverrideRequest {
  @ApiProperty({ enum: OVERRIDES })
  @IsIn(OVERRIDES)
  status!: Override;

  @ApiProperty({
    description: 'Why, for the audit trail. The user never sees it. No personal data belongs here.',
    minLength: 1,
    maxLength: LONGEST_REASON,
    example: 'Passport seen at the branch, ticket 4711',
  })
  @IsString()
  @Length(1, LONGEST_REASON)
  // PostgreSQL stores no NUL, and blanks say nothing.
  @Matches(/^[^\0]*[^\0\s][^\0]*$/, { message: 'reason must say something' })
  reason!: string;

  @ApiPropertyOptional({
    enum: REJECTION_REASONS,
    description: 'What the user is told; with `rejected` only. Default: `other`',
  })
  @IsOptional()
  @IsIn(REJECTION_REASONS)
  @GoesWithRejected()
  rejection_reason?: RejectionReason;
}
