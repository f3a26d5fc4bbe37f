import { ApiProperty } from '@nestjs/swagger';
import { type EventSource, OUTCOMES, type Outcome } from '../kyc/domain/outcome.ts';
import { REJECTION_REASONS } from '../kyc/domain/rejection-reason.ts';
import type { LedgerEvent } from '../kyc/store/ledger.repository.ts';
import type { AttemptDetail, UserDetail } from './user-detail.service.ts';
import { UserStatusResponse } from './user-list.dto.ts';

const SOURCES: readonly EventSource[] = ['webhook', 'poll', 'gateway', 'operator'];

export class EventResponse {
  @ApiProperty({ description: 'The provider; `gateway` for an event that belongs to no provider' })
  provider!: string;

  @ApiProperty({ enum: OUTCOMES })
  outcome!: Outcome;

  @ApiProperty({ type: String, enum: REJECTION_REASONS, nullable: true })
  reason!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Time of the event at the provider',
  })
  occurred_at!: string | null;

  @ApiProperty({ format: 'date-time' })
  received_at!: string;

  @ApiProperty({ enum: SOURCES })
  source!: EventSource;

  @ApiProperty({
    description: 'True if the event named another user than its session belongs to; it changes nothing',
  })
  is_refused!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'The operator who acted' })
  actor!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      "The operator's reason, or what the provider reported besides a verdict, such as " +
      '`watchlist_screening: possible_match`',
  })
  note!: string | null;

  static from(event: LedgerEvent): EventResponse {
    return {
      provider: event.provider,
      outcome: event.outcome,
      reason: event.reason,
      occurred_at: event.occurredAt?.toISOString() ?? null,
      received_at: event.receivedAt.toISOString(),
      source: event.source,
      is_refused: event.isRefused,
      actor: event.actor,
      note: event.note,
    };
  }
}

export class AttemptResponse {
  @ApiProperty({ example: 'veriff' })
  provider!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: "The provider's session id; null if the provider never answered",
  })
  session_id!: string | null;

  @ApiProperty({ description: 'The state of the attempt', example: 'in_review' })
  phase!: string;

  @ApiProperty({ type: String, enum: REJECTION_REASONS, nullable: true })
  reason!: string | null;

  @ApiProperty({ format: 'date-time' })
  opened_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expires_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  decided_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  ended_at!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the gateway reads the session at the provider, if no webhook arrives before',
  })
  next_read_at!: string | null;

  @ApiProperty({ type: [EventResponse], description: "Ordered by the provider's time" })
  events!: EventResponse[];

  static from(attempt: AttemptDetail): AttemptResponse {
    return {
      provider: attempt.provider,
      session_id: attempt.providerSessionId,
      phase: attempt.phase,
      reason: attempt.reason,
      opened_at: attempt.openedAt.toISOString(),
      expires_at: attempt.expiresAt?.toISOString() ?? null,
      decided_at: attempt.decidedAt?.toISOString() ?? null,
      ended_at: attempt.endedAt?.toISOString() ?? null,
      next_read_at: attempt.nextReadAt?.toISOString() ?? null,
      events: attempt.events.map((event) => EventResponse.from(event)),
    };
  }
}

export class UserDetailResponse {
  @ApiProperty()
  user!: UserStatusResponse;

  @ApiProperty({ type: [AttemptResponse], description: 'Newest first' })
  sessions!: AttemptResponse[];

  @ApiProperty({
    type: [EventResponse],
    description: 'Events about the user that belong to no known session',
  })
  events!: EventResponse[];

  static from({ status, attempts, events }: UserDetail): UserDetailResponse {
    return {
      user: UserStatusResponse.from(status),
      sessions: attempts.map((attempt) => AttemptResponse.from(attempt)),
      events: events.map((event) => EventResponse.from(event)),
    };
  }
}
