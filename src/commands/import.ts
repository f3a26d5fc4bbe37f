import '../supported-node.ts';

await import('./import.command.ts');
