import { Module } from '@nestjs/common';
import { KycModule } from '../kyc/kyc.module.js';
import { WebhookController } from './webhook.controller.js';
import { WebhookService } from './webhook.service.js';

@Module({ imports: [KycModule], controllers: [WebhookController], providers: [WebhookService] })
export class WebhookModule {}
