import { Column, Entity, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { EventSource, Outcome } from '../domain/outcome.ts';
import type { RejectionReason } from '../domain/rejection-reason.ts';

/**
 * The ledger is append-only, without personal data, and also the audit trail. Triggers reject every change, except
 * those by the database functions for erasure and retention.
 */
@Entity('kyc_events')
@Unique('kyc_events_provider_key', ['provider', 'eventKey'])
@Index('kyc_events_session', ['provider', 'providerSessionId'])
@Index('kyc_events_reference', ['reference'], { where: 'reference IS NOT NULL' })
export class KycEventEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'kyc_events_pkey',
  })
  id!: string;

  @Column('varchar', { length: 50 })
  provider!: string;

  /** The same for each delivery of an event: the provider's own event id, or a hash of the signed bytes. */
  @Column('varchar', { name: 'event_key', length: 255 })
  eventKey!: string;

  @Column('varchar', { name: 'provider_session_id', length: 255, nullable: true })
  providerSessionId!: string | null;

  /** The user id in the event, if it has one. It must be the user of the attempt. */
  @Column('text', { nullable: true })
  reference!: string | null;

  @Column('varchar', { length: 32 })
  outcome!: Outcome;

  @Column('varchar', { length: 32, nullable: true })
  reason!: RejectionReason | null;

  /** The provider's time, as the provider sent it. It can be later than `receivedAt`, which then counts in its place. */
  @Column('timestamptz', { name: 'occurred_at', nullable: true })
  occurredAt!: Date | null;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt!: Date;

  @Column('varchar', { length: 16 })
  source!: EventSource;

  /** The event names another user than its attempt, so it changes nothing. */
  @Column('boolean', { name: 'is_refused', default: false })
  isRefused!: boolean;

  /** The operator who created the event, or null: the `sub` of the token, or the name given to a command. */
  @Column('varchar', { length: 255, nullable: true })
  actor!: string | null;

  @Column('text', { nullable: true })
  note!: string | null;
}
