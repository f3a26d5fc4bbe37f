import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** The place that is not a provider. */
export const AT_GATEWAY = 'gateway';

/** Evidence of one erasure at one place. It outlives the user, so it refers to no row of his. */
@Entity('kyc_erasures')
@Index('kyc_erasures_open', ['requestedAt'], { where: 'erased_at IS NULL' })
@Index('kyc_erasures_user', ['userId'])
@Index('kyc_erasures_session', ['sessionHash'], { where: 'session_hash IS NOT NULL' })
export class ErasureEntity {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'kyc_erasures_pkey' })
  id!: string;

  /** What was asked for together, or while that was still open. */
  @Column('uuid', { name: 'request_id' })
  requestId!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  /** `gateway`, or a provider's name. */
  @Column('varchar', { length: 50 })
  place!: string;

  /** What is to be erased there; null once it is. */
  @Column('varchar', { name: 'provider_session_id', length: 255, nullable: true })
  providerSessionId!: string | null;

  /** kyc_hash() of provider and session: it recognises what the provider may still send of it. */
  @Column('varchar', { name: 'session_hash', length: 71, nullable: true })
  sessionHash!: string | null;

  @Column('timestamptz', { name: 'requested_at' })
  requestedAt!: Date;

  /** `user`, or the operator's name. */
  @Column('varchar', { name: 'requested_by', length: 255 })
  requestedBy!: string;

  /** When it was done, as far as the place lets us do it. */
  @Column('timestamptz', { name: 'erased_at', nullable: true })
  erasedAt!: Date | null;

  /** When the place will have destroyed it beyond recovery, where it says so. */
  @Column('timestamptz', { name: 'final_at', nullable: true })
  finalAt!: Date | null;
}
