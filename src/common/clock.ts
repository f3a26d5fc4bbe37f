import { Global, Injectable, Module } from '@nestjs/common';

/** No other code reads the time, so that tests control it. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}

@Global()
@Module({ providers: [Clock], exports: [Clock] })
export class ClockModule {}
