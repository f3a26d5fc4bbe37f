import '../supported-node.ts';

await import('./erase.command.ts');
