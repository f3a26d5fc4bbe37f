import { Module } from '@nestjs/common';
import { StoreModule } from '../store/store.module.ts';
import { NoticeService } from './notice.service.ts';

@Module({ imports: [StoreModule], providers: [NoticeService], exports: [NoticeService] })
export class NoticesModule {}
