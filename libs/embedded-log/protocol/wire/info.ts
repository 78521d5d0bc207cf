import { Writer } from 'protobufjs/minimal';
import { writeUint64, writeUuid } from './fields';

/** The one node that gossip tells of: itself, leading and alive. */
export interface Member {
  readonly instanceId: Buffer;
  readonly address: string;
  readonly port: number;
  /** 100-nanosecond ticks since 1970. */
  readonly ticks: bigint;
}

const LEADER = 8;

/** `gossip.ClusterInfo`. */
export function encodeClusterInfo({ instanceId, address, port, ticks }: Member): Uint8Array {
  const writer = Writer.create().uint32(0x0a).fork();
  writeUuid(writer, 1, instanceId);
  writeUint64(writer, 2, ticks);
  writer.uint32(0x18).int32(LEADER).uint32(0x20).bool(true);
  writer.uint32(0x2a).fork().uint32(0x0a).string(address).uint32(0x10).uint32(port).ldelim();
  return writer.ldelim().finish();
}

export interface SupportedMethod {
  readonly service: string;
  readonly method: string;
  readonly features: readonly string[];
}

/** `server_features.SupportedMethods`. */
export function encodeSupportedMethods(methods: readonly SupportedMethod[], version: string): Uint8Array {
  const writer = Writer.create();
  for (const { method, service, features } of methods) {
    writer.uint32(0x0a).fork().uint32(0x0a).string(method).uint32(0x12).string(service);
    for (const feature of features) writer.uint32(0x1a).string(feature);
    writer.ldelim();
  }
  return writer.uint32(0x12).string(version).finish();
}

/** `monitoring.StatsResp`: a map of names to figures. */
export function encodeStats(stats: Readonly<Record<string, string>>): Uint8Array {
  const writer = Writer.create();
  for (const [name, value] of Object.entries(stats))
    writer.uint32(0x0a).fork().uint32(0x0a).string(name).uint32(0x12).string(value).ldelim();
  return writer.finish();
}
