import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError, Settings } from '@hjemmel/host';
import nodemailer from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer';

/** A message to one person. The address is personal data: it goes nowhere but into the message. */
export interface Mail {
  /** Unique to what is said and to whom; the same when it is tried again, so that a receiver sees a repeat as one. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** What became of a message. `reason` is a code, never what the other side said: that may quote an address. */
export type Delivery =
  | { readonly delivered: true; readonly transport: 'smtp' | 'file' }
  | { readonly delivered: false; readonly permanent: boolean; readonly reason: string };

export interface Outbox {
  /** Never throws for what the other side does. */
  deliver(mail: Mail): Promise<Delivery>;
  close(): void;
}

export interface MailSettings {
  readonly from: string;
  readonly via: { readonly kind: 'smtp'; readonly url: string } | { readonly kind: 'files'; readonly folder: string };
}

/**
 * HJEMMEL_SMTP (`smtp://…` or `smtps://…`) with HJEMMEL_MAIL_FROM; where it is not set, mail is put as `.eml` files into `<data>/outbox`.
 * @throws OperatorError where one is given without the other
 */
export function mailSettings(read: Settings): MailSettings {
  const url = read.url('HJEMMEL_SMTP', ['smtp:', 'smtps:']);
  const from = read.text('HJEMMEL_MAIL_FROM');
  if (url === undefined)
    return { from: from ?? 'no-reply@localhost', via: { kind: 'files', folder: join(read.text('HJEMMEL_DATA', 'data'), 'outbox') } };
  if (from === undefined) throw new OperatorError('HJEMMEL_MAIL_FROM must name the sender where HJEMMEL_SMTP is set');
  return { from, via: { kind: 'smtp', url } };
}

export const openOutbox = ({ from, via }: MailSettings): Outbox => (via.kind === 'smtp' ? smtp(from, via.url) : files(from, via.folder));

const headers = (from: string, { id, to, subject, text }: Mail) => ({
  from,
  to,
  subject,
  text,
  messageId: `<${id}@${from.split('@').at(-1)!.replace('>', '')}>`,
  // Nobody's answering machine is to answer (RFC 3834), and nobody sees who else was written to.
  headers: { 'Auto-Submitted': 'auto-generated' },
});

/** One file for each message, readable for the owner only; written beside its place first, so that half a message is none. */
function files(from: string, folder: string): Outbox {
  return {
    deliver: async (mail) => {
      const message = await new MailComposer(headers(from, mail)).compile().build();
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const draft = join(folder, `.${mail.id}.draft`);
      await writeFile(draft, message, { mode: 0o600 });
      await rename(draft, join(folder, `${mail.id}.eml`));
      return { delivered: true, transport: 'file' };
    },
    close: () => undefined,
  };
}

function smtp(from: string, url: string): Outbox {
  const transport = nodemailer.createTransport({ url, pool: true, maxConnections: 4, connectionTimeout: 15_000, socketTimeout: 30_000 });
  return {
    deliver: async (mail) => {
      try {
        await transport.sendMail(headers(from, mail));
        return { delivered: true, transport: 'smtp' };
      } catch (error) {
        return failureOf(error);
      }
    },
    close: () => transport.close(),
  };
}

/** A 5xx answer to the recipient or the message is final (RFC 5321 § 4.2.1); everything else may pass. */
function failureOf(error: unknown): Delivery {
  const { responseCode, code } = error as { readonly responseCode?: unknown; readonly code?: unknown };
  const status = typeof responseCode === 'number' ? responseCode : undefined;
  const known = typeof code === 'string' && /^[A-Z]{1,20}$/.test(code) ? code : 'unknown';
  const permanent = status !== undefined && status >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
  return { delivered: false, permanent, reason: status === undefined ? known : `${known} ${status}` };
}
