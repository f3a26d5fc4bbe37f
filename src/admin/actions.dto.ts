import { ApiProperty } from '@nestjs/swagger';
import { NOTICES } from '../kyc/domain/standing.js';
import type { ResentMail } from './mail-resender.js';
import type { ReadSession } from './operators-reconciliation.js';

const RESULTS: readonly ReadSession['result'][] = [
  'moved',
  'unchanged',
  'refused',
  'unavailable',
  'not_read',
];

export class ReadSessionAnswer {
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

export class ReconciliationAnswer {
  @ApiProperty({ type: [ReadSessionAnswer], description: 'The newest first' })
  sessions!: ReadSessionAnswer[];

  static from(read: readonly ReadSession[]): ReconciliationAnswer {
    return { sessions: read.map(({ sessionId, ...rest }) => ({ ...rest, session_id: sessionId })) };
  }
}

export class ResentMailAnswer {
  @ApiProperty({ format: 'uuid', description: 'The Message-ID of the mail begins with it' })
  mail_id!: string;

  @ApiProperty({ enum: NOTICES, description: 'What it tells' })
  subject!: ResentMail['subject'];

  static from({ mailId, subject }: ResentMail): ResentMailAnswer {
    return { mail_id: mailId, subject };
  }
}
