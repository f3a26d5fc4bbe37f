import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { KycStatus } from './kyc-status.ts';

/**
 * The migration stores this comment on each column that it adds. Reverting it removes only columns with the comment.
 */
const comment = 'Added by the KYC gateway';

/**
 * If the platform already has this table, the migration adds the four `kyc_` columns and changes no other column. The
 * type of `id` may then differ from `uuid`, so the gateway passes ids as text.
 */
@Entity('users', { comment: 'Created by the KYC gateway' })
@Index('idx_users_kyc_status_id', ['kycStatus', 'id'])
@Check('users_kyc_status_check', `kyc_status IN ('not_verified', 'pending', 'verified', 'rejected')`)
export class UserEntity {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'users_pkey' })
  id!: string;

  /** The gateway sends mail only to this address, which never comes from a provider. */
  @Column('varchar', { length: 320, nullable: true })
  email!: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @Index('idx_users_kyc_status')
  @Column('varchar', { name: 'kyc_status', length: 20, default: 'not_verified', comment })
  kycStatus!: KycStatus;

  @Column('varchar', { name: 'kyc_provider', length: 50, nullable: true, comment })
  kycProvider!: string | null;

  @Column('varchar', { name: 'kyc_session_id', length: 255, nullable: true, comment })
  kycSessionId!: string | null;

  @Column('text', { name: 'kyc_rejection_reason', nullable: true, comment })
  kycRejectionReason!: string | null;
}
