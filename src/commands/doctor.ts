import '../supported-node.ts';

await import('./doctor.command.ts');
