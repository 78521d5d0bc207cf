import { timingSafeEqual, createHash } from 'node:crypto';
import { IncomingHttpHeaders } from 'node:http2';
import { Code, GrpcError } from './grpc/status';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What a client asks before it knows whom it talks to; its own library sends no credentials with it. */
const FOR_EVERYONE = ['/event_store.client.gossip.gossip/read', '/event_store.client.server_features.serverfeatures/getsupportedmethods'];

/**
 * Who may call. Without credentials to check (loopback, insecure) everybody may, and credentials that come are ignored; otherwise a call
 * must bring them (HTTP Basic) or is UNAUTHENTICATED.
 */
export function authorizer(credentials: Credentials | undefined): (path: string, headers: IncomingHttpHeaders) => void {
  if (!credentials) return () => undefined;
  const wanted = digest(`${credentials.username}:${credentials.password}`);
  return (path, headers) => {
    if (FOR_EVERYONE.includes(path.toLowerCase())) return;
    const basic = /^Basic ([\w+/=-]+)$/i.exec(headers.authorization ?? '')?.[1];
    if (basic !== undefined && timingSafeEqual(digest(Buffer.from(basic, 'base64').toString('utf8')), wanted)) return;
    throw new GrpcError(Code.UNAUTHENTICATED, 'Unauthenticated', { exception: 'access-denied' });
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
