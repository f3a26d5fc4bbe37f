import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { KycStatus } from './kyc-status.ts';

/** What the migration writes at the columns that it adds, so that undoing it removes no others. */
const comment = 'Added by the KYC gateway';

/**
 * The platform's users. Where the platform has the table already, the migration adds the four `kyc_` columns and
 * leaves every other one alone; `id` may then be of another type than `uuid`, and travels as text here.
 */
@Entity('users', { comment: 'Created by the KYC gateway' })
@Index('idx_users_kyc_status_id', ['kycStatus', 'id'])
@Check('users_kyc_status_check', `kyc_status IN ('not_verified', 'pending', 'verified', 'rejected')`)
export class UserEntity {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'users_pkey' })
  id!: string;

  /** The one address that mail goes to; never taken from a provider. */
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

  /** The provider's id of the user's current session. */
  @Column('varchar', { name: 'kyc_session_id', length: 255, nullable: true, comment })
  kycSessionId!: string | null;

  @Column('text', { name: 'kyc_rejection_reason', nullable: true, comment })
  kycRejectionReason!: string | null;
}
