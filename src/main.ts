import './supported-node.ts';

// Without a listener, SIGHUP ends the process. `rotateSecrets` reacts to it as soon as the gateway has started.
process.on('SIGHUP', () => undefined);
await import('./exit-on-signal.ts');
await import('./gateway.ts');
