import { ApiProperty } from '@nestjs/swagger';
import { OUTCOMES, type Outcome, REJECTION_REASONS } from '../kyc/domain/outcome.ts';
import type { EventSource } from '../kyc/store/kyc-event.entity.ts';
import type { FiledEvent, FiledSession, FiledUser } from './user-file.ts';
import { UserStatusResponse } from './user-list.dto.ts';

const SOURCES: readonly EventSource[] = ['webhook', 'poll', 'gateway', 'operator'];

export class EventResponse {
  @ApiProperty({ description: 'Whose session it is about; `gateway` where it is about none' })
  provider!: string;

  @ApiProperty({ enum: OUTCOMES })
  outcome!: Outcome;

  @ApiProperty({ type: String, enum: REJECTION_REASONS, nullable: true })
  reason!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: "The provider's time" })
  occurred_at!: string | null;

  @ApiProperty({ format: 'date-time' })
  received_at!: string;

  @ApiProperty({ enum: SOURCES })
  source!: EventSource;

  @ApiProperty({ description: "It named another user than the session's, and moves nothing" })
  is_refused!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'The operator who did it' })
  actor!: string | null;

  @ApiProperty({ type: String, nullable: true, description: "The operator's reason" })
  note!: string | null;

  static from(event: FiledEvent): EventResponse {
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
    description: "The provider's id; null where it never answered",
  })
  session_id!: string | null;

  @ApiProperty({ description: 'What the session is at', example: 'in_review' })
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
    description: 'When it is read at the provider, should no news come by then',
  })
  next_read_at!: string | null;

  @ApiProperty({ type: [EventResponse], description: "By the provider's time" })
  events!: EventResponse[];

  static from(session: FiledSession): AttemptResponse {
    return {
      provider: session.provider,
      session_id: session.sessionId,
      phase: session.phase,
      reason: session.reason,
      opened_at: session.openedAt.toISOString(),
      expires_at: session.expiresAt?.toISOString() ?? null,
      decided_at: session.decidedAt?.toISOString() ?? null,
      ended_at: session.endedAt?.toISOString() ?? null,
      next_read_at: session.nextReadAt?.toISOString() ?? null,
      events: session.events.map((event) => EventResponse.from(event)),
    };
  }
}

export class UserDetailResponse {
  @ApiProperty()
  user!: UserStatusResponse;

  @ApiProperty({ type: [AttemptResponse], description: 'The newest first' })
  sessions!: AttemptResponse[];

  @ApiProperty({
    type: [EventResponse],
    description: 'About the user, and about no session that is known here',
  })
  events!: EventResponse[];

  static from({ standing, sessions, events }: FiledUser): UserDetailResponse {
    return {
      user: UserStatusResponse.from(standing),
      sessions: sessions.map((session) => AttemptResponse.from(session)),
      events: events.map((event) => EventResponse.from(event)),
    };
  }
}
