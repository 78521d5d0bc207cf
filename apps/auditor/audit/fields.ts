import { CatalogueFields, clearInOrder, sealedInOrder } from '@hjemmel/contexts/orders/field-map';
import type { Content } from './walk';

type FieldMap = Readonly<Record<string, CatalogueFields>>;

/** Where events outside ledgers hold personal data: sealed, by type and path. What is sealed anywhere else is unknown to the register. */
const sealed: Readonly<Record<string, FieldMap>> = { OrderPlaced: sealedInOrder };

const consentRecord = (...fields: readonly string[]): CatalogueFields => ({ category: 'consent.record', fields });
const choice: FieldMap = { consentId: consentRecord('consentId', 'purposes', 'choice', 'time', 'textHash') };
const requestCase = (...fields: readonly string[]): CatalogueFields => ({ category: 'request.case', fields });

/** What stands in clear, since it is no personal data by itself, and still is a field of the catalogue that is in use. */
const clear: Readonly<Record<string, FieldMap>> = {
  OrderPlaced: clearInOrder,
  ConsentGiven: choice,
  ConsentRefused: choice,
  ConsentWithdrawn: choice,
  PrivacyStatementPresented: { presentationId: consentRecord('time', 'textHash', 'statementVersion') },
  RightsRequestReceived: { right: requestCase('type', 'dates') },
  RestrictionLifted: { restrictionId: requestCase('outcome', 'decision') },
  ObjectionUpheld: { objectionId: requestCase('outcome', 'decision') },
  ObjectionOverruled: { objectionId: requestCase('outcome', 'decision') },
};

const find = (maps: typeof sealed, type: string, path: string): CatalogueFields | undefined => {
  const map = Object.hasOwn(maps, type) ? maps[type]! : undefined;
  return map && Object.hasOwn(map, path) ? map[path] : undefined;
};

/** The fields that a sealed path of an event holds; undefined where nobody has said. */
export const sealedFields = (type: string, path: string): CatalogueFields | undefined => find(sealed, type, path);

/** All fields of the catalogue that an event holds, as `subject.contact.name`. */
export function fieldsIn(type: string, { sealed: sealedAt, texts }: Content): string[] {
  if (!Object.hasOwn(sealed, type) && !Object.hasOwn(clear, type)) return [];
  const found = [...sealedAt.map(({ path }) => find(sealed, type, path)), ...texts.map(({ path }) => find(clear, type, path))];
  return found.flatMap((held) => (held ? held.fields.map((field) => `${held.category}.${field}`) : []));
}
