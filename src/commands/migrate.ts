import '../supported-node.ts';

await import('./migrate.command.ts');
