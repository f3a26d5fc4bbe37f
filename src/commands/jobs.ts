import '../supported-node.ts';

await import('./jobs.command.ts');
