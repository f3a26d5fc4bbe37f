import { Global, Module } from '@nestjs/common';

/** Whether this process runs the workers of the queues. The default is true. */
export const WORKS_QUEUES = Symbol('WORKS_QUEUES');

/** For a process that enqueues jobs but must not work on them, such as an operator's command. */
@Global()
@Module({ providers: [{ provide: WORKS_QUEUES, useValue: false }], exports: [WORKS_QUEUES] })
export class NoWorkersModule {}
