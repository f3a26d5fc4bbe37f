import { createServer } from 'node:net';
import { DemoFailure } from './failure.ts';

/** Returns the wanted port on 127.0.0.1, or the next free one. With 0, any free port. */
export async function freePort(wanted: number): Promise<number> {
  for (let port = wanted; port <= 65_535; port += 1) {
    const found = await tryPort(port);
    if (found !== null) return found;
  }
  throw new DemoFailure(`No port from ${wanted} upwards is free`);
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else if (error.code === 'EACCES')
        reject(new DemoFailure(`Port ${port} needs more privileges. Set PORT to another one.`));
      else reject(error);
    });
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}
