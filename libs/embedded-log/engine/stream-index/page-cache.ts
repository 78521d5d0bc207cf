import { PAGE_WORDS } from './table-format';

const FIRST_PAGES = 16;

/** Who has pages in the cache: is told when one is taken away. */
export interface PageOwner {
  forgetPage(page: number): void;
}

/**
 * Room for a fixed number of pages, in one piece, so that reading pages leaves nothing to the garbage collector. A page
 * that was not used since the hand last passed makes room for the next (the clock algorithm).
 */
export class PageCache {
  words = new Uint32Array(0);
  private readonly owners: (PageOwner | undefined)[] = [];
  private readonly pages: number[] = [];
  private readonly used: Uint8Array;
  private taken = 0;
  private hand = 0;

  constructor(private readonly size: number) {
    this.used = new Uint8Array(size);
  }

  /** A place for one page; another page may have had to go. To be filled ({@link wordsAt}) and then {@link own}ed. */
  place(): number {
    if (this.taken < this.size) return this.unused();
    while (this.used[this.hand] === 1) {
      this.used[this.hand] = 0;
      this.hand = (this.hand + 1) % this.size;
    }
    const slot = this.hand;
    this.hand = (slot + 1) % this.size;
    this.owners[slot]?.forgetPage(this.pages[slot] as number);
    this.owners[slot] = undefined;
    return slot;
  }

  wordsAt(slot: number): Uint32Array {
    return this.words.subarray(slot * PAGE_WORDS, (slot + 1) * PAGE_WORDS);
  }

  own(slot: number, owner: PageOwner, page: number): void {
    this.owners[slot] = owner;
    this.pages[slot] = page;
    this.used[slot] = 1;
  }

  touch(slot: number): void {
    this.used[slot] = 1;
  }

  release(slot: number): void {
    this.owners[slot] = undefined;
    this.used[slot] = 0;
  }

  private unused(): number {
    const slot = this.taken++;
    if (this.words.length < this.taken * PAGE_WORDS) {
      const larger = new Uint32Array(Math.min(this.size, Math.max(FIRST_PAGES, slot * 2)) * PAGE_WORDS);
      larger.set(this.words);
      this.words = larger;
    }
    return slot;
  }
}
