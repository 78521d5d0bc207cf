export { RemoteAddress } from './connection';
export { RemoteFailure } from './failure';
export type { RemoteMessage, RemoteRead } from './read-messages';
export { Reading, Remote } from './remote';
export type { RemoteEvent } from './remote-event';
export { decodeRemoteEvent, JSON_CONTENT } from './remote-event';
export type { AppendAnswer, EventToWrite, RemoteAppend } from './write-messages';
