import {
  Check,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
  Unique,
} from 'typeorm';
import { UserEntity } from '../../users/user.entity.ts';
import type { RejectionReason } from '../domain/outcome.ts';
import type { Phase } from '../domain/session-state.ts';

/** `opening`: written before the provider is called, so that a crash in between leaves a trace. */
export type StoredPhase = 'opening' | Phase;

/** One row an attempt. */
@Entity('kyc_sessions')
@Unique('kyc_sessions_provider_session_key', ['provider', 'providerSessionId'])
@Index('kyc_sessions_one_open_per_user', ['userId'], { unique: true, where: 'ended_at IS NULL' })
@Index('kyc_sessions_user', ['userId'])
@Index('kyc_sessions_ended', ['endedAt'], { where: 'ended_at IS NOT NULL' })
@Index('kyc_sessions_next_read', ['nextReadAt'], { where: 'next_read_at IS NOT NULL' })
@Check(
  'kyc_sessions_phase_check',
  `phase IN ('opening', 'open', 'started', 'submitted', 'in_review', 'resubmission_requested', 'approved', 'declined', 'expired', 'abandoned', 'failed')`,
)
export class AttemptEntity {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'kyc_sessions_pkey' })
  id!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  @ManyToOne(() => UserEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'kyc_sessions_user_fkey' })
  user?: Relation<UserEntity>;

  @Column('varchar', { length: 50 })
  provider!: string;

  /** Null until the provider has answered; `erased:` and the row's id once the user had his data erased. */
  @Column('varchar', { name: 'provider_session_id', length: 255, nullable: true })
  providerSessionId!: string | null;

  @Column('varchar', { length: 32 })
  phase!: StoredPhase;

  @Column('varchar', { length: 32, nullable: true })
  reason!: RejectionReason | null;

  /** The provider's time of the event that decides the phase. */
  @Column('timestamptz', { name: 'phase_since', nullable: true })
  phaseSince!: Date | null;

  /** The adapter's sealed note, unreadable without its secrets; gone when the session is over. */
  @Column('text', { name: 'resume_token', nullable: true })
  resumeToken!: string | null;

  /** Where the provider was told to send the user back to: an attempt that is found again is asked for in the same words. */
  @Column('text', { name: 'redirect_url', nullable: true })
  redirectUrl!: string | null;

  @Column('timestamptz', { name: 'opened_at' })
  openedAt!: Date;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt!: Date | null;

  /** When the session was over for the first time. Never taken back, so a user has at most one row without. */
  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Column('timestamptz', { name: 'changed_at' })
  changedAt!: Date;

  /**
   * When the provider is asked for news, should none have come by then; null once the session is over. While it is
   * `opening`: until when that is the business of whoever began it.
   */
  @Column('timestamptz', { name: 'next_read_at', nullable: true })
  nextReadAt!: Date | null;

  /** How often it was asked since the last change. */
  @Column('integer', { default: 0 })
  reads!: number;
}
