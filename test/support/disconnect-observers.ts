import { PerformanceObserver } from 'node:perf_hooks';

/**
 * Each gateway starts an observer of garbage collection, and prom-client never disconnects it. Node then keeps all
 * modules of a finished test file in memory, about 40 MB.
 */
const observers = new Set<PerformanceObserver>();
const { observe } = PerformanceObserver.prototype;

beforeAll(() => {
  PerformanceObserver.prototype.observe = function (...args) {
    observers.add(this);
    observe.apply(this, args);
  };
});
afterAll(() => {
  PerformanceObserver.prototype.observe = observe;
  for (const observer of observers) observer.disconnect();
});
