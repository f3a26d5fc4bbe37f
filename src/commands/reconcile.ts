import '../supported-node.ts';

await import('./reconcile.command.ts');
