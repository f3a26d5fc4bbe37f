import { readFile } from 'node:fs/promises';
import type { EnvironmentGroup } from './environment-group.ts';
import type { GatewayConfig } from './gateway.config.ts';
import {
  ConfigurationError,
  findSecretFiles,
  readConfig,
  readSecretFile,
  type SecretFile,
  type Variables,
} from './read-config.ts';

export interface FileChange {
  readonly variable: string;
  readonly result: 'rotated' | 'needs_restart' | 'rejected';
  /** Why the content was rejected. Contains no value. */
  readonly reason?: string;
}

export interface CheckedFiles {
  /** Null if no change was accepted. */
  readonly config: GatewayConfig | null;
  readonly changes: readonly FileChange[];
}

/** The files of all variables that are set by NAME_FILE, and their contents that are in use. */
export class SecretFiles {
  private readonly files: readonly SecretFile[];
  private readonly inUse = new Map<string, string | null>();
  /** The last rejected content of each file, so that the log has one line for it. */
  private readonly rejected = new Map<string, string | null>();

  constructor(
    private readonly groups: readonly EnvironmentGroup[],
    private readonly environment: Variables = process.env,
  ) {
    this.files = findSecretFiles(groups, environment);
  }

  get variables(): string[] {
    return this.files.map(({ variable }) => variable);
  }

  /** @throws ConfigurationError */
  readConfig(): GatewayConfig {
    return readConfig(this.groups, this.environment, (path) => {
      const content = readSecretFile(path);
      this.inUse.set(path, content);
      return content;
    });
  }

  /**
   * Reads all files again. A changed file whose content is not valid keeps its old content in use. The same is true if
   * `problemOf` rejects the configuration with the new content.
   */
  async check(problemOf: (config: GatewayConfig) => Promise<string | null>): Promise<CheckedFiles> {
    let config: GatewayConfig | null = null;
    const changes: FileChange[] = [];
    for (const file of this.files) {
      const { variable, path } = file;
      const content = await readNow(path);
      if (content === this.inUse.get(path)) {
        this.rejected.delete(path);
        continue;
      }
      const checked = await this.configWith(path, content, problemOf);
      if (typeof checked !== 'string') {
        config = checked;
        this.inUse.set(path, content);
        changes.push({ variable, result: file.isReadAgain ? 'rotated' : 'needs_restart' });
      } else if (!this.rejected.has(path) || this.rejected.get(path) !== content) {
        this.rejected.set(path, content);
        changes.push({ variable, result: 'rejected', reason: checked });
      }
    }
    return { config, changes };
  }

  /** Returns the problem as text if the content must not be used. */
  private async configWith(
    path: string,
    content: string | null,
    problemOf: (config: GatewayConfig) => Promise<string | null>,
  ): Promise<GatewayConfig | string> {
    try {
      const config = readConfig(this.groups, this.environment, (each) =>
        each === path ? content : (this.inUse.get(each) ?? null),
      );
      return (await problemOf(config)) ?? config;
    } catch (error) {
      if (error instanceof ConfigurationError) return error.problems.join('; ');
      throw error;
    }
  }
}

/** Does not block the process if the file is on a network that hangs. */
async function readNow(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    return null;
  }
}
