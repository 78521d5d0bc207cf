import { Admissions } from '@hjemmel/contexts/data-subjects/admissions';
import { InForceFromLog } from '@hjemmel/contexts/data-subjects/in-force-from-log';
import { mailSettings, openOutbox } from '@hjemmel/contexts/outbox/contract';
import { notifyAffected, NotifierParts } from '@hjemmel/contexts/privacy-notice/notify-affected/notify-affected';
import { notificationStore } from '@hjemmel/contexts/privacy-notice/read-models/notifications.store';
import { Decisions, EventLog } from '@hjemmel/event-store';
import type { Settings } from '@hjemmel/host';
import { newUuid, systemClock } from '@hjemmel/kernel';
import { KeyStore, openVaultKeys, takeKeySource, Vault } from '@hjemmel/vault';
import type { Pool } from 'pg';
import { startRounds } from './rounds';

const EVERY_MS = 5_000;

/**
 * Tells everybody affected by a material version of the statement. Register, statement and the vault's master key are opened when the
 * first message is due: a worker that tells nobody anything holds no key.
 */
export function startNotifier(pool: Pool, log: EventLog, read: Settings, everyMs = EVERY_MS): { stop(): Promise<void> } {
  const settings = mailSettings(read);
  const publicUrl = read.url('HJEMMEL_PUBLIC_URL', ['https:', 'http:'])?.replace(/\/$/, '');
  const store = notificationStore(pool);
  const keySource = takeKeySource(read, ['master']);
  let opened: { readonly parts: NotifierParts; close(): Promise<void> } | undefined;
  const open = async () => {
    const keyStore = new KeyStore(pool, (await openVaultKeys(keySource, pool, 'never')).master);
    const inForce = new InForceFromLog(log);
    await inForce.ready();
    const decisions = new Decisions(log);
    const outbox = openOutbox(settings);
    const parts: NotifierParts = {
      store,
      decisions,
      admissions: new Admissions(decisions, inForce),
      vault: new Vault(keyStore),
      outbox,
      clock: systemClock,
      workerId: newUuid(),
      ...(publicUrl !== undefined && { publicUrl }),
    };
    return {
      parts,
      close: async () => {
        outbox.close();
        await keyStore.close();
        await inForce.close();
      },
    };
  };
  const rounds = startRounds('notifications could not be sent', everyMs, async () => {
    const waiting = (await store.unplanned()).length > 0 || (await store.due(systemClock.now(), undefined, 1)).length > 0;
    if (!waiting) return;
    opened ??= await open();
    await notifyAffected(opened.parts);
  });
  return {
    stop: async () => {
      await rounds.stop();
      await opened?.close();
    },
  };
}
