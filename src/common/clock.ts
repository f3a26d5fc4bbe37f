import { Global, Injectable, Module } from '@nestjs/common';

/** The only code that reads the time. Other code receives the time as an argument or from here, so that tests control it. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}

@Global()
@Module({ providers: [Clock], exports: [Clock] })
export class ClockModule {}
