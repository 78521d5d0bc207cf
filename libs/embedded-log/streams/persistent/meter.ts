/** Counts what passes, and how fast since somebody last looked. */
export class Meter {
  total = 0;
  private seen = 0;
  private lookedAt = Date.now();

  look(): { readonly total: number; readonly sinceLastLook: number; readonly perSecond: number } {
    const now = Date.now();
    const sinceLastLook = this.total - this.seen;
    const seconds = Math.max(1, now - this.lookedAt) / 1000;
    this.seen = this.total;
    this.lookedAt = now;
    return { total: this.total, sinceLastLook, perSecond: Math.floor(sinceLastLook / seconds) };
  }
}
