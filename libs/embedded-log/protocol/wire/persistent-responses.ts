import { GetInfoResp, ListResp, SubscriptionInfo } from '@eventstore/db-client/generated/persistent_pb';
import { Writer } from 'protobufjs/minimal';
import { formatProgress, sourceName } from '../../streams/persistent/config';
import { Consumer } from '../../streams/persistent/consumer';
import { PersistentGroup } from '../../streams/persistent/group';
import { frame } from '../grpc/framing';

export function frameConsumerConfirmation(subscriptionId: string): Buffer {
  return frame(Writer.create().uint32(0x12).fork().uint32(0x0a).string(subscriptionId).ldelim().finish());
}

export function encodeInfo(group: PersistentGroup): Uint8Array {
  const response = new GetInfoResp();
  response.setSubscriptionInfo(describe(group));
  return response.serializeBinary();
}

export function encodeList(groups: readonly PersistentGroup[]): Uint8Array {
  const response = new ListResp();
  response.setSubscriptionsList(groups.map(describe));
  return response.serializeBinary();
}

function describe(group: PersistentGroup): SubscriptionInfo {
  const { config, counts, checkpoint, parked, lastKnown } = group;
  const { settings, source, start } = config;
  const items = group.items.look();
  const progress = (at: number | undefined): string => (at === undefined ? '' : formatProgress(source, at));
  const info = new SubscriptionInfo();
  info.setEventSource(sourceName(source));
  info.setGroupName(config.group);
  info.setStatus(group.status);
  info.setConnectionsList([...group.consumers].map((consumer) => describeConnection(consumer, settings.extraStatistics)));
  info.setAveragePerSecond(items.perSecond);
  info.setTotalItems(String(items.total));
  info.setCountSinceLastMeasurement(String(items.sinceLastLook));
  info.setLastCheckpointedEventPosition(progress(checkpoint.value));
  info.setLastKnownEventPosition(progress(lastKnown));
  info.setStartFrom(formatProgress(source, start === 'end' ? -1 : start));
  info.setResolveLinkTos(settings.resolveLinks);
  info.setMessageTimeoutMilliseconds(settings.messageTimeoutMs);
  info.setExtraStatistics(settings.extraStatistics);
  info.setMaxRetryCount(settings.maxRetryCount);
  info.setLiveBufferSize(settings.liveBufferSize);
  info.setBufferSize(settings.historyBufferSize);
  info.setReadBatchSize(settings.readBatchSize);
  info.setCheckPointAfterMilliseconds(settings.checkpointAfterMs);
  info.setMinCheckPointCount(settings.minCheckpointCount);
  info.setMaxCheckPointCount(settings.maxCheckpointCount);
  info.setReadBufferCount(counts.read);
  info.setLiveBufferCount(String(counts.live));
  info.setRetryBufferCount(counts.retry);
  info.setTotalInFlightMessages(counts.inFlight);
  info.setOutstandingMessagesCount(counts.outstanding);
  info.setNamedConsumerStrategy(settings.strategy);
  info.setMaxSubscriberCount(settings.maxSubscriberCount);
  info.setParkedMessageCount(String(parked.count));
  return info;
}

function describeConnection(consumer: Consumer, extraStatistics: boolean): SubscriptionInfo.ConnectionInfo {
  const items = consumer.items.look();
  const connection = new SubscriptionInfo.ConnectionInfo();
  connection.setFrom(consumer.connection.from);
  connection.setUsername(consumer.connection.username);
  connection.setAverageItemsPerSecond(items.perSecond);
  connection.setTotalItems(String(items.total));
  connection.setCountSinceLastMeasurement(String(items.sinceLastLook));
  connection.setAvailableSlots(consumer.availableSlots);
  connection.setInFlightMessages(consumer.inFlight);
  connection.setConnectionName(consumer.connection.connectionName);
  if (extraStatistics) connection.setObservedMeasurementsList(consumer.measurements().map(measurement));
  return connection;
}

function measurement({ key, value }: { readonly key: string; readonly value: number }): SubscriptionInfo.Measurement {
  const encoded = new SubscriptionInfo.Measurement();
  encoded.setKey(key);
  encoded.setValue(String(value));
  return encoded;
}
