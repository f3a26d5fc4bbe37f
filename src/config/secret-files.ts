import { readFile } from 'node:fs/promises';
import { reasonOf } from '../common/reason-of.ts';
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

export type Verdict =
  | { readonly result: 'rotated' }
  | { readonly result: 'needs_restart' }
  /** The reason contains no value. */
  | { readonly result: 'rejected'; readonly reason: string };

export type FileChange = Verdict & { readonly variable: string };

/** Decides whether the configuration with the new content of one file may be used. */
type Judge = (next: GatewayConfig) => Promise<Verdict>;

/** The files of all variables that are set by NAME_FILE, and their contents that are in use. */
export class SecretFiles {
  private readonly files: readonly SecretFile[];
  private inUse: ReadonlyMap<string, string | null> = new Map();
  /** The last content of each file that is not in use, so that the log has one line for it. */
  private readonly reported = new Map<string, string | null>();

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
    const contents = new Map<string, string | null>();
    const config = readConfig(this.groups, this.environment, (path) => {
      const content = readSecretFile(path);
      contents.set(path, content);
      return content;
    });
    this.inUse = contents;
    return config;
  }

  /**
   * Reads all files again and passes the configuration with all accepted contents to `use`. Each file is decided by
   * itself: if its content is not valid, or `judge` does not accept it, this file keeps its old content in use.
   */
  async check(judge: Judge, use: (config: GatewayConfig) => void): Promise<readonly FileChange[]> {
    const contents = new Map(this.inUse);
    let accepted: GatewayConfig | null = null;
    const changes: FileChange[] = [];
    for (const file of this.files) {
      const { variable, path } = file;
      const content = await readNow(path);
      if (content === contents.get(path)) {
        this.reported.delete(path);
        continue;
      }
      const next = new Map(contents).set(path, content);
      const { config, verdict } = await this.examine(file, next, judge);
      if (config !== null) {
        accepted = config;
        contents.set(path, content);
        this.reported.delete(path);
        changes.push({ variable, ...verdict });
      } else if (!this.reported.has(path) || this.reported.get(path) !== content) {
        this.reported.set(path, content);
        changes.push({ variable, ...verdict });
      }
    }
    if (accepted !== null) {
      use(accepted);
      this.inUse = contents;
    }
    return changes;
  }

  /** Returns no configuration if the new content must not be used. An error must not keep the other files from use. */
  private async examine(
    file: SecretFile,
    contents: ReadonlyMap<string, string | null>,
    judge: Judge,
  ): Promise<{ config: GatewayConfig | null; verdict: Verdict }> {
    try {
      const config = readConfig(this.groups, this.environment, (path) => contents.get(path) ?? null);
      const verdict = file.isReadAgain ? await judge(config) : ({ result: 'needs_restart' } as const);
      return { config: verdict.result === 'rotated' ? config : null, verdict };
    } catch (error) {
      const reason = error instanceof ConfigurationError ? error.problems.join('; ') : reasonOf(error);
      return { config: null, verdict: { result: 'rejected', reason } };
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
