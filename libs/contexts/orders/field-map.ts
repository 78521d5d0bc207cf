/** Fields of the data catalogue that stand at a place of an event. */
export interface CatalogueFields {
  readonly category: string;
  readonly fields: readonly string[];
}

/**
 * Which fields of the data catalogue the sealed fields of a placed order hold, by path; `*` stands for the number of a line. Whoever
 * has no keys can still see by it which fields are in use.
 */
export const sealedInOrder: Readonly<Record<string, CatalogueFields>> = {
  'customer.name': { category: 'customer.org', fields: ['name'] },
  'customer.organisationNumber': { category: 'customer.org', fields: ['organisationNumber'] },
  'contact.name': { category: 'subject.contact', fields: ['name'] },
  'contact.email': { category: 'subject.contact', fields: ['email'] },
  'contact.phone': { category: 'subject.contact', fields: ['phone'] },
  delivery: { category: 'subject.contact', fields: ['deliveryAddress'] },
  'invoice.reference': { category: 'invoice', fields: ['reference'] },
  'invoice.email': { category: 'invoice', fields: ['email'] },
  'invoice.address': { category: 'invoice', fields: ['address'] },
  'cardHolders.*.name': { category: 'subject.contact', fields: ['name'] },
  'cardHolders.*.details': { category: 'subject.contact', fields: ['birthDate', 'nationality'] },
  'cardHolders.*.nationalId': { category: 'subject.nationalId', fields: ['number'] },
  'cardHolders.*.photo': { category: 'subject.photo', fields: ['photo'] },
};

/** The same for what stands in it in clear. */
export const clearInOrder: Readonly<Record<string, CatalogueFields>> = {
  'customer.organisationNumber': { category: 'customer.org', fields: ['organisationNumber'] },
  'service.product': { category: 'order.lines', fields: ['product'] },
  'invoice.ehf': { category: 'invoice', fields: ['ehf'] },
  'cardHolders.*.idKind': { category: 'subject.nationalId', fields: ['kind'] },
};
