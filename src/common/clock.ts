import { Injectable } from '@nestjs/common';

/** The only place that reads the time. All other code receives it as an argument or from here, so that tests control it. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}
