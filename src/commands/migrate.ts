import '../supported-node.ts';

// In a cluster, this command is the first process of its container.
await import('../exit-on-signal.ts');
await import('./migrate.command.ts');
