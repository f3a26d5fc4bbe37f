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
import type { RejectionReason } from '../domain/rejection-reason.ts';
import type { Phase } from '../domain/session-state.ts';

/** `opening` is written before the provider is called, so that a crash leaves a row to recover from. */
export type StoredPhase = 'opening' | Phase;

@Entity('kyc_sessions')
@Unique('kyc_sessions_provider_session_key', ['provider', 'providerSessionId'])
@Index('kyc_sessions_one_open_per_user', ['userId'], { unique: true, where: 'ended_at IS NULL' })
@Index('kyc_sessions_user', ['userId'])
@Index('kyc_sessions_ended', ['endedAt'], { where: 'ended_at IS NOT NULL' })
@Index('kyc_sessions_resume_token', ['expiresAt'], { where: 'resume_token IS NOT NULL' })
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

  /** A provider's name, or that of `MANUAL_PROVIDER`. */
  @Column('varchar', { length: 50 })
  provider!: string;

  /** Null until the provider has created the session. After an erasure: `erased:` and the id of the attempt. */
  @Column('varchar', { name: 'provider_session_id', length: 255, nullable: true })
  providerSessionId!: string | null;

  @Column('varchar', { length: 32 })
  phase!: StoredPhase;

  @Column('varchar', { length: 32, nullable: true })
  reason!: RejectionReason | null;

  /** The provider's time of the event that decides the phase. */
  @Column('timestamptz', { name: 'phase_since', nullable: true })
  phaseSince!: Date | null;

  /**
   * Encrypted by the adapter, which needs it to resume the session. Kept while the provider can reopen the session: until
   * the session expires, a newer attempt replaces it, or the data is erased.
   */
  @Column('text', { name: 'resume_token', nullable: true })
  resumeToken!: string | null;

  /** Sent to the provider again when the session is recovered, because the request must be the same. */
  @Column('text', { name: 'redirect_url', nullable: true })
  redirectUrl!: string | null;

  @Column('timestamptz', { name: 'opened_at' })
  openedAt!: Date;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt!: Date | null;

  /** Set while the phase is over, and null again after the provider has reopened the session. */
  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Column('timestamptz', { name: 'changed_at' })
  changedAt!: Date;

  /**
   * The time of the next reconciliation if no webhook arrives before; null once the session is over. While the phase is
   * `opening`: the time when the lease expires.
   */
  @Column('timestamptz', { name: 'next_read_at', nullable: true })
  nextReadAt!: Date | null;

  /** Counts reconciliations since the last change. */
  @Column('integer', { default: 0 })
  reads!: number;

  /**
   * The mail that told the user last about this attempt. `nothing` before the first; null if unknown, for example after
   * an import.
   */
  @Column('varchar', { length: 32, nullable: true, default: 'nothing' })
  told!: string | null;

  /** The id of that mail. */
  @Column('varchar', { name: 'told_by', length: 64, nullable: true })
  toldBy!: string | null;

  /** Set while that mail is being sent. After this time another mail may be sent, even if that one never finished. */
  @Column('timestamptz', { name: 'telling_until', nullable: true })
  tellingUntil!: Date | null;

  /**
   * When a call that creates the session got no answer. While this is set and the session has no id, the session may
   * exist at the provider, and the attempt counts towards the user's limit.
   */
  @Column('timestamptz', { name: 'unanswered_at', nullable: true })
  unansweredAt!: Date | null;

  /** When the provider first reported that it does not know the session. Null after it has returned the session again. */
  @Column('timestamptz', { name: 'not_found_at', nullable: true })
  notFoundAt!: Date | null;
}
