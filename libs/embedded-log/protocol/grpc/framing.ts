import { Code, GrpcError } from './status';

/** gRPC's frame around each message: a byte that says whether it is compressed, and its length in 32 bits. */
export const FRAME_HEADER = 5;

export function writeFrameHeader(into: Buffer, at: number, length: number): number {
  into[at] = 0;
  return into.writeUInt32BE(length, at + 1);
}

export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(FRAME_HEADER + message.length);
  writeFrameHeader(framed, 0, message.length);
  framed.set(message, FRAME_HEADER);
  return framed;
}

/** Cuts what arrives in pieces into messages. A message that arrived in one piece is not copied. */
export class FrameReader {
  private pieces: Buffer[] = [];
  private length = 0;

  constructor(
    private readonly maxMessage: number,
    private readonly onMessage: (message: Buffer) => void,
  ) {}

  /** Throws a GrpcError for what no message may be. */
  push(chunk: Buffer): void {
    this.pieces.push(chunk);
    this.length += chunk.length;
    if (this.length < FRAME_HEADER) return;
    let data = this.whole(FRAME_HEADER);
    while (data.length >= FRAME_HEADER) {
      const end = FRAME_HEADER + this.messageLength(data);
      if (data.length < end) {
        if (this.length < end) break;
        data = this.whole(end);
      }
      const message = data.subarray(FRAME_HEADER, end);
      data = this.drop(data, end);
      this.onMessage(message);
    }
  }

  get midMessage(): boolean {
    return this.length > 0;
  }

  private messageLength(data: Buffer): number {
    if (data[0] !== 0) throw new GrpcError(Code.UNIMPLEMENTED, 'compressed messages are not supported');
    const length = data.readUInt32BE(1);
    if (length > this.maxMessage) {
      throw new GrpcError(
        Code.RESOURCE_EXHAUSTED,
        `Received message exceeds the maximum configured message size of ${this.maxMessage} bytes.`,
      );
    }
    return length;
  }

  /** The first piece, joined with those behind it where it is shorter than asked for. */
  private whole(least: number): Buffer {
    let first = this.pieces[0] ?? Buffer.alloc(0);
    if (first.length < least && this.pieces.length > 1) {
      first = Buffer.concat(this.pieces);
      this.pieces = [first];
    }
    return first;
  }

  private drop(data: Buffer, end: number): Buffer {
    const rest = data.subarray(end);
    this.length -= end;
    if (rest.length > 0) this.pieces[0] = rest;
    else this.pieces.shift();
    return rest.length > 0 || this.pieces.length === 0 ? rest : this.whole(FRAME_HEADER);
  }
}
