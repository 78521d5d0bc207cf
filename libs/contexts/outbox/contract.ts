/** What other contexts may know of the outbox. */
export { mailSettings, openOutbox } from './outbox';
export type { Delivery, Mail, MailSettings, Outbox } from './outbox';
