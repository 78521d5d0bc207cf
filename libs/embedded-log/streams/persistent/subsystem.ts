import { GroupConfig, groupKey, sourceName } from './config';
import { GroupParts, PersistentGroup } from './group';
import { readConfig, writeConfig } from './kept-config';

/** How often groups look for what is overdue. */
const TICK_MS = 100;

/** All persistent subscriptions of the node. They are kept in the log and come back with it. */
export class PersistentSubscriptions {
  private readonly groups = new Map<string, PersistentGroup>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly parts: GroupParts) {
    this.load();
    this.timer = setInterval(() => this.tick(), TICK_MS).unref();
  }

  find(source: string, group: string): PersistentGroup | undefined {
    return this.groups.get(groupKey(source, group));
  }

  /** Of one source, or all. */
  list(source?: string): PersistentGroup[] {
    return [...this.groups.values()].filter(({ config }) => source === undefined || sourceName(config.source) === source);
  }

  /** The group must not exist yet. Settles when it is kept on disk. */
  async create(config: GroupConfig): Promise<void> {
    this.open(config);
    await this.keep();
  }

  /** Drops the consumers and goes on from the checkpoint with other settings. */
  async update(group: PersistentGroup, config: GroupConfig): Promise<void> {
    group.stop();
    this.open(config);
    await this.keep();
  }

  async delete(group: PersistentGroup): Promise<void> {
    group.stop();
    this.groups.delete(group.key);
    group.checkpoint.delete();
    group.parked.delete();
    await this.keep();
  }

  /** Drops all consumers and reads all groups from the log again. */
  restart(): void {
    this.stopAll();
    this.load();
  }

  close(): void {
    clearInterval(this.timer);
    this.stopAll();
  }

  private load(): void {
    for (const config of readConfig(this.parts.reader)) this.open(config);
  }

  private stopAll(): void {
    for (const group of this.groups.values()) group.stop();
    this.groups.clear();
  }

  private open(config: GroupConfig): void {
    const group = new PersistentGroup(config, this.parts);
    this.groups.set(group.key, group);
  }

  private keep(): Promise<void> {
    return writeConfig(
      this.parts.writer,
      [...this.groups.values()].map(({ config }) => config),
    ).durable;
  }

  private tick(): void {
    const now = Date.now();
    for (const group of this.groups.values()) group.tick(now);
  }
}
