import { Module } from '@nestjs/common';
import { KycModule } from '../kyc/kyc.module.ts';
import { WebhookController } from './webhook.controller.ts';
import { WebhookService } from './webhook.service.ts';

@Module({ imports: [KycModule], controllers: [WebhookController], providers: [WebhookService] })
export class WebhookModule {}
