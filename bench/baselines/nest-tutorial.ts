/**
 * Baseline (a): Nest and TypeORM repositories as in a tutorial. Find, check and save in one transaction per
 * webhook, with the notification as a pg-boss job in the same transaction.
 */
import 'reflect-metadata';
import {
  Controller,
  Get,
  HttpCode,
  Injectable,
  Module,
  Post,
  Req,
  UnauthorizedException,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { FastifyRequest } from 'fastify';
import { PgBoss } from 'pg-boss';
import { Column, DataSource, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { isSigned, readApproval } from './persona.ts';

const { PORT = '0', HOST = '127.0.0.1', DATABASE_URL = '', WEBHOOK_SECRET = '' } = process.env;

@Entity('users')
class User {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column('text')
  email!: string;

  @Column('varchar', { name: 'kyc_status' })
  kycStatus!: string;

  @Column('varchar', { name: 'kyc_session_id', nullable: true })
  kycSessionId!: string | null;
}

@Entity('kyc_sessions')
class KycSession {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  @Column('varchar')
  provider!: string;

  @Column('varchar', { name: 'provider_session_id' })
  providerSessionId!: string;

  @Column('varchar')
  phase!: string;

  @Column('timestamptz', { name: 'phase_since', nullable: true })
  phaseSince!: Date | null;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt!: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Column('timestamptz', { name: 'changed_at' })
  changedAt!: Date;

  @Column('timestamptz', { name: 'next_read_at', nullable: true })
  nextReadAt!: Date | null;
}

@Entity('kyc_events')
class KycEvent {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  id!: string;

  @Column('varchar')
  provider!: string;

  @Column('varchar', { name: 'event_key' })
  eventKey!: string;

  @Column('varchar', { name: 'provider_session_id' })
  providerSessionId!: string;

  @Column('text')
  reference!: string;

  @Column('varchar')
  outcome!: string;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt!: Date;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt!: Date;

  @Column('varchar')
  source!: string;
}

@Injectable()
class WebhookService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly boss: PgBoss,
  ) {}

  async accept(body: Buffer): Promise<void> {
    const { eventKey, sessionId, reference, occurredAt } = readApproval(body);
    await this.dataSource.transaction(async (manager) => {
      const events = manager.getRepository(KycEvent);
      const sessions = manager.getRepository(KycSession);
      const users = manager.getRepository(User);
      if ((await events.findOneBy({ provider: 'persona', eventKey })) !== null) return;
      const event = { provider: 'persona', eventKey, providerSessionId: sessionId, reference, occurredAt };
      await events.save({ ...event, outcome: 'approved', receivedAt: new Date(), source: 'webhook' });
      const session = await sessions.findOne({
        where: { provider: 'persona', providerSessionId: sessionId },
        lock: { mode: 'pessimistic_write' },
      });
      if (session === null || session.userId !== reference) return;
      const now = new Date();
      Object.assign(session, { phase: 'approved', phaseSince: occurredAt, decidedAt: occurredAt });
      Object.assign(session, { endedAt: now, changedAt: now, nextReadAt: null });
      await sessions.save(session);
      const user = await users.findOneByOrFail({ id: session.userId });
      user.kycStatus = 'verified';
      await users.save(user);
      const job = { userId: user.id, subject: 'verified', reason: null };
      const executeSql = async (text: string, values?: unknown[]) => ({
        rows: (await manager.query(text, values)) as unknown[],
      });
      await this.boss.send('notification', job, { db: { executeSql } });
    });
  }
}

@Controller()
class WebhookController {
  constructor(private readonly webhooks: WebhookService) {}

  @Get('health/ready')
  ready(): object {
    return { status: 'ok' };
  }

  @Post('api/webhooks/kyc-status')
  @HttpCode(200)
  async receive(@Req() request: FastifyRequest): Promise<object> {
    const body = request.body as Buffer;
    if (!isSigned(request.headers['persona-signature'], body, WEBHOOK_SECRET)) {
      throw new UnauthorizedException();
    }
    await this.webhooks.accept(body);
    return {};
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'postgres', url: DATABASE_URL, entities: [User, KycSession, KycEvent] }),
  ],
  controllers: [WebhookController],
  providers: [
    WebhookService,
    {
      provide: PgBoss,
      useFactory: async () => {
        const boss = new PgBoss({ connectionString: DATABASE_URL, schema: 'kyc_jobs', migrate: false });
        return boss.start();
      },
    },
  ],
})
class TutorialModule {}

const app = await NestFactory.create<NestFastifyApplication>(TutorialModule, new FastifyAdapter(), {
  bodyParser: false,
  logger: ['error'],
});
app
  .getHttpAdapter()
  .getInstance()
  .addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
await app.listen(PORT, HOST);
