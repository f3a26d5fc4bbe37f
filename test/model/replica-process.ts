/** Runs one replica until it is killed. Receives its environment and sends its address by IPC. */
import { Writable } from 'node:stream';
import { installModelClock } from './model-clock.ts';
import { type ReplicaProcessStart, startReplica } from './replicas.ts';

const log = new Writable({ write: (_chunk, _encoding, done) => done() });

process.on('message', ({ environment, leftMs }: ReplicaProcessStart) => {
  const clock = installModelClock();
  clock.advance(clock.leftMs() - leftMs);
  void startReplica(environment, log).then(({ url }) => process.send?.(url));
});
process.on('disconnect', () => process.exit(1));
