/**
 * Records of this stream take the place of appends without events: such an append has a position of its own, as in EventStoreDB, but no
 * reader is shown anything. No client can name it, for the empty stream name is refused.
 */
export const NOTHING_STREAM = '';
