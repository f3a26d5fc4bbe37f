import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { KYC_STATUSES, type KycStatus } from '../../users/kyc-status.ts';
import type { StartedVerification } from './start-verification.service.ts';

export class StartVerificationRequest {
  @ApiPropertyOptional({
    description:
      'Where the provider sends the user back to: one of KYC_REDIRECT_URLS. Default: the first of them.',
    example: 'https://app.example.com/kyc/return',
    maxLength: 2048,
  })
  @IsOptional()
  @IsString()
  @MaxLength(2048)
  redirect_url?: string;
}

/** Secret: whoever holds the link or the token can act as the user. Never cached, and never stored in the clear. */
export class StartVerificationResponse {
  @ApiProperty({ description: "The provider's id of the session", example: 'inq_zEx4jL84ShbUyuwX6AzPSqt6' })
  session_id!: string;

  @ApiProperty({ description: 'Who verifies', example: 'persona' })
  provider!: string;

  @ApiProperty({ enum: KYC_STATUSES, enumName: 'KycStatus' })
  kyc_status!: KycStatus;

  @ApiProperty({ type: String, nullable: true, description: 'Send the user here, or' })
  session_url!: string | null;

  @ApiProperty({ type: String, nullable: true, description: "give this to the provider's SDK in the page" })
  sdk_token!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When the session lapses' })
  expires_at!: string | null;

  static from(started: StartedVerification): StartVerificationResponse {
    return {
      session_id: started.hosted.sessionId,
      provider: started.provider,
      kyc_status: 'pending',
      session_url: started.hosted.url,
      sdk_token: started.hosted.sdkToken,
      expires_at: started.hosted.expiresAt?.toISOString() ?? null,
    };
  }
}
