import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { KYC_STATUSES, type KycStatus } from '../../users/kyc-status.ts';
import type { StartedVerification } from './start-verification.service.ts';

export class StartVerificationRequest {
  @ApiPropertyOptional({
    description:
      'The URL to which the provider sends the user back. Must be one of KYC_REDIRECT_URLS; the first is the default.',
    example: 'https://app.example.com/kyc/return',
    maxLength: 2048,
  })
  @IsOptional()
  @IsString()
  @MaxLength(2048)
  redirect_url?: string;
}

/**
 * Secret: the link and the token let their holder act as the user. Never cache them, and never store them unencrypted.
 */
export class StartVerificationResponse {
  @ApiProperty({ description: "The provider's id of the session", example: 'inq_zEx4jL84ShbUyuwX6AzPSqt6' })
  session_id!: string;

  @ApiProperty({ description: 'The identity provider of the session', example: 'persona' })
  provider!: string;

  @ApiProperty({ enum: KYC_STATUSES, enumName: 'KycStatus' })
  kyc_status!: KycStatus;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The hosted page of the provider. Null if the provider only has an SDK.',
  })
  session_url!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: "The token for the provider's web SDK. Null if the provider has none.",
  })
  sdk_token!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the session expires. Null if the provider does not say.',
  })
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
