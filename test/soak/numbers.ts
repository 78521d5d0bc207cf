/** A list of numbers that grows, at eight bytes each. A soak keeps millions. */
export class NumberList {
  private values = new Float64Array(1024);
  private used = 0;

  get length(): number {
    return this.used;
  }

  at(index: number): number | undefined {
    return index < this.used ? this.values[index] : undefined;
  }

  get last(): number | undefined {
    return this.at(this.used - 1);
  }

  push(value: number): void {
    if (this.used === this.values.length) {
      const larger = new Float64Array(this.used * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.used++] = value;
  }

  /** Forgets all but the first so many. */
  truncate(length: number): void {
    this.used = Math.min(this.used, length);
  }
}
