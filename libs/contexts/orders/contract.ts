/** What other contexts may know of orders. */
export { orderStream } from './events';
export type { OrderPlaced, OrderEvent } from './events';
export { ordering } from './decider';
export { photoStream } from './photos/events';
export type { PhotoStored } from './photos/events';
export { photos } from './photos/decider';
export { customerRefOf } from './customer-ref';
export type { NamedCustomer } from './customer-ref';
export { NATIONAL_IDS } from './settings';
export type { NationalIds } from './settings';
export { clearInOrder, sealedInOrder } from './field-map';
export type { CatalogueFields } from './field-map';
