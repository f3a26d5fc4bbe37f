import { Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { KycEventEntity } from './kyc-event.entity.ts';

/** A verdict that arrived after a newer attempt had replaced its attempt. It is deleted with its event. */
@Entity('kyc_late_verdicts')
export class LateVerdictEntity {
  @PrimaryColumn('bigint', { name: 'event_id', primaryKeyConstraintName: 'kyc_late_verdicts_pkey' })
  eventId!: string;

  @OneToOne(() => KycEventEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'event_id', foreignKeyConstraintName: 'kyc_late_verdicts_event_fkey' })
  event?: Relation<KycEventEntity>;
}
