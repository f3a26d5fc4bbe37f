import { ApiProperty } from '@nestjs/swagger';
import { NOTICES } from '../kyc/domain/user-status.ts';
import type { ResentMail } from './mail-resender.ts';
import type { ReadSession } from './operators-reconciliation.ts';

const RESULTS: readonly ReadSession['result'][] = [
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
    description: "The provider's id; null where it never answered",
  })
  session_id!: string | null;

  @ApiProperty({ description: 'What it was at', example: 'open' })
  before!: string;

  @ApiProperty({ description: 'What it is at now', example: 'approved' })
  after!: string;

  @ApiProperty({
    enum: RESULTS,
    description:
      '`unavailable`: the provider did not answer. `refused`: it will not answer this. `not_read`: it was not asked, ' +
      'because it kept failing, is not configured any more, its budget of this minute is used up, or there is nothing to read.',
  })
  result!: ReadSession['result'];
}

export class ReconciliationResponse {
  @ApiProperty({ type: [ReconciledSessionResponse], description: 'The newest first' })
  sessions!: ReconciledSessionResponse[];

  static from(read: readonly ReadSession[]): ReconciliationResponse {
    return { sessions: read.map(({ sessionId, ...rest }) => ({ ...rest, session_id: sessionId })) };
  }
}

export class ResendMailResponse {
  @ApiProperty({ format: 'uuid', description: 'The Message-ID of the mail begins with it' })
  mail_id!: string;

  @ApiProperty({ enum: NOTICES, description: 'What it tells' })
  subject!: ResentMail['subject'];

  static from({ mailId, subject }: ResentMail): ResendMailResponse {
    return { mail_id: mailId, subject };
  }
}
