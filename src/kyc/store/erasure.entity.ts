import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** The place of the gateway's own data. All other places are providers. */
export const AT_GATEWAY = 'gateway';

/** Evidence of one erasure at one place. It outlives the user, so it has no foreign key. */
@Entity('kyc_erasures')
@Index('kyc_erasures_open', ['requestedAt'], { where: 'erased_at IS NULL' })
@Index('kyc_erasures_user', ['userId'])
@Index('kyc_erasures_session', ['sessionHash'], { where: 'session_hash IS NOT NULL' })
export class ErasureEntity {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'kyc_erasures_pkey' })
  id!: string;

  /** All rows of one request share this id. A repeated request keeps the id while the first request is pending. */
  @Column('uuid', { name: 'request_id' })
  requestId!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  /** `gateway`, or a provider's name. */
  @Column('varchar', { length: 50 })
  place!: string;

  /** The provider session to erase; null after the erasure. */
  @Column('varchar', { name: 'provider_session_id', length: 255, nullable: true })
  providerSessionId!: string | null;

  /** The result of kyc_hash() for provider and session. It recognizes events of the session that arrive later. */
  @Column('varchar', { name: 'session_hash', length: 71, nullable: true })
  sessionHash!: string | null;

  @Column('timestamptz', { name: 'requested_at' })
  requestedAt!: Date;

  @Column('varchar', { name: 'requested_by', length: 255 })
  requestedBy!: string;

  @Column('timestamptz', { name: 'erased_at', nullable: true })
  erasedAt!: Date | null;

  /** The time after which the data cannot be restored at this place. Null if the provider gives no time. */
  @Column('timestamptz', { name: 'final_at', nullable: true })
  finalAt!: Date | null;

  /** If the session's id is not known: the attempt, and what its call to the provider contained. Null after the erasure. */
  @Column('uuid', { name: 'attempt_id', nullable: true })
  attemptId!: string | null;

  @Column('text', { name: 'redirect_url', nullable: true })
  redirectUrl!: string | null;

  @Column('timestamptz', { name: 'opened_at', nullable: true })
  openedAt!: Date | null;

  /** Until then a worker may be calling the provider, and the user cannot start at the same provider. */
  @Column('timestamptz', { name: 'leased_until', nullable: true })
  leasedUntil!: Date | null;

  /** How many attempts this request deleted. They still count towards the user's limit. */
  @Column('integer', { name: 'deleted_attempts', default: 0 })
  deletedAttempts!: number;

  /** The anonymous attempt of the session, if the erasure kept the decision. */
  @Column('uuid', { name: 'kept_attempt_id', nullable: true })
  keptAttemptId!: string | null;
}
