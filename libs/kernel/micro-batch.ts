interface Waiting<In, Out> {
  readonly item: In;
  readonly resolve: (out: Out) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Does what is asked for at the same moment in one go: while one run is under way, what comes meanwhile waits for the next.
 * Under load a run serves many, idle it serves one without delay. Runs do not overlap.
 */
export class MicroBatch<In, Out> {
  private waiting: Waiting<In, Out>[] = [];
  private running = false;

  /** @param run gives one result for each item, in their order; when it fails, all of its items fail */
  constructor(
    private readonly run: (items: readonly In[]) => Promise<readonly Out[]>,
    private readonly max = 500,
  ) {}

  add(item: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.running) return;
      this.running = true;
      setImmediate(() => void this.drain()); // so that all requests of this turn of the event loop go together
    });
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.max);
      try {
        const results = await this.run(batch.map(({ item }) => item));
        if (results.length !== batch.length) throw new Error('a batch answered another number of items than it was given');
        batch.forEach(({ resolve }, index) => resolve(results[index]!));
      } catch (error) {
        batch.forEach(({ reject }) => reject(error));
      }
    }
    this.running = false;
  }
}
