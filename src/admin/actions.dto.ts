import { ApiProperty } from '@nestjs/swagger';
import { NOTICES } from '../kyc/domain/user-status.ts';
import type { ResentMail } from './mail-resend.service.ts';
import type { ReconciledAttempt } from './operator-reconciliation.service.ts';

const RESULTS: readonly ReconciledAttempt['result'][] = [
  'moved',
  'unchanged',
  'refused',
  'unavailable',
  'not_read',
];

export class ReconciledSessionResponse {
  @ApiProperty({ example: 'onfido' })
  provider!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: "The provider's session id; null if the provider never answered",
  })
  session_id!: string | null;

  @ApiProperty({ description: 'Phase before the read', example: 'open' })
  before!: string;

  @ApiProperty({ description: 'Phase after the read', example: 'approved' })
  after!: string;

  @ApiProperty({
    enum: RESULTS,
    description:
      '`unavailable`: the provider did not answer. `refused`: the provider rejected the request. `not_read`: the gateway ' +
      'sent no request, because the provider kept failing, is no longer configured, has no reads left in this minute, ' +
      'or the attempt has no provider session.',
  })
  result!: ReconciledAttempt['result'];
}

export class ReconciliationResponse {
  @ApiProperty({ type: [ReconciledSessionResponse], description: 'Newest first' })
  sessions!: ReconciledSessionResponse[];

  static from(read: readonly ReconciledAttempt[]): ReconciliationResponse {
    return { sessions: read.map(({ sessionId, ...rest }) => ({ ...rest, session_id: sessionId })) };
  }
}

export class ResendMailResponse {
  @ApiProperty({ format: 'uuid', description: 'The Message-ID of the mail starts with this id' })
  mail_id!: string;

  @ApiProperty({ enum: NOTICES, description: 'Subject of the mail' })
  subject!: ResentMail['subject'];

  static from({ mailId, subject }: ResentMail): ResendMailResponse {
    return { mail_id: mailId, subject };
  }
}
