import { formOf } from './customer';

describe('the form that a business name states', () => {
  it.each([
    ['Vik Bygg AS', 'AS'],
    ['AS Vik Bygg', 'AS'],
    ['Vik Bygg as', 'AS'],
    ['Vik Bygg  AS ', 'AS'],
    ['Vik Bygg, AS', 'AS'],
    ['Vik Bygg AS.', 'AS'],
    [' AS Vik Bygg', 'AS'],
    ['Vik Bygg A/S', 'AS'],
    ['Nordea ASA', 'ASA'],
    ['Berg & Dahl ANS', 'ANS'],
    ['Berg & Dahl DA', 'DA'],
    ['Statkraft NUF', 'NUF'],
    ['Coop Øst SA', 'SA'],
    ['Snekker Andersen ENK', 'ENK'],
  ])('%s: %s', (name, form) => expect(formOf(name)).toBe(form));

  it.each(['Snekker Andersen', 'Das Bygg', 'Asbjørn Berg', 'Vik AS Bygg', 'Sander', '', ' '])(
    '%s states none, and is taken for a sole trader’s: the reading that protects a person',
    (name) => expect(formOf(name)).toBe('ENK'),
  );
});
