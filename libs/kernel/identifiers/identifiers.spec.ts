import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { agreesWithBirthDate, checkNationalId, checkOrganisationNumber, NationalIdRules, normaliseEmail, normalisePhone } from '.';

interface Order {
  readonly customer: { readonly organisationNumber: string };
  readonly contact: { readonly email: string; readonly phone: string };
  readonly invoice: { readonly email: string };
  readonly cardHolders: readonly { readonly number: string; readonly birthDate: string; readonly idKind: string }[];
}

const orders = readFileSync(join(__dirname, '../../../test/data/orders.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Order);

const before2032 = { rulesOf2032From: '2032-01-01', on: new Date('2026-06-01T12:00:00Z') };
const from2032 = { rulesOf2032From: '2032-01-01', on: new Date('2032-01-01T12:00:00Z') };
const synthetic = (rules: Omit<NationalIdRules, 'kind'> = before2032): NationalIdRules => ({ kind: 'synthetic', ...rules });
const real = (rules: Omit<NationalIdRules, 'kind'> = before2032): NationalIdRules => ({ kind: 'real', ...rules });
const refused = (fault: string) => ({ ok: false, fault });

describe('fødselsnummer and D-number', () => {
  it('all 1,497 card holders of the orders file pass, with the kind and the date of birth that stand beside them', () => {
    const cardHolders = orders.flatMap(({ cardHolders }) => cardHolders);
    expect(cardHolders).toHaveLength(1497);
    for (const { number, birthDate, idKind } of cardHolders) {
      expect(checkNationalId(number, synthetic())).toEqual({ ok: true, kind: idKind, synthetic: true, birthDate });
      expect(checkNationalId(number, synthetic(from2032))).toEqual({ ok: true, kind: idKind, synthetic: true });
      expect(checkNationalId(number, real())).toEqual(refused('synthetic-not-allowed'));
      expect(agreesWithBirthDate(number, birthDate)).toBe(true);
    }
  });

  describe('vectors of the rule of 2032', () => {
    it.each(['15819010029', '15815010016'])('%s passes by the old rule, and so by the new', (number) => {
      expect(checkNationalId(number, synthetic())).toMatchObject({ ok: true, kind: 'fodselsnummer' });
      expect(checkNationalId(number, synthetic(from2032))).toMatchObject({ ok: true, kind: 'fodselsnummer' });
    });

    it.each([
      ['15819010037', 'fodselsnummer'],
      ['15819010045', 'fodselsnummer'],
      ['15819010053', 'fodselsnummer'],
      ['15815010024', 'fodselsnummer'],
      ['15815010032', 'fodselsnummer'],
      ['15815010040', 'fodselsnummer'],
      ['41819010003', 'd-number'],
      ['41819010011', 'd-number'],
    ])('%s passes by the new rule alone', (number, kind) => {
      expect(checkNationalId(number, synthetic())).toEqual(refused('check-digits'));
      expect(checkNationalId(number, synthetic(from2032))).toEqual({ ok: true, kind, synthetic: true });
    });

    it('the new rule begins with the configured day, in Oslo', () => {
      const at = (on: string) => synthetic({ rulesOf2032From: '2032-01-01', on: new Date(on) });
      expect(checkNationalId('15819010037', at('2031-12-31T22:59:59Z')).ok).toBe(false);
      expect(checkNationalId('15819010037', at('2031-12-31T23:00:00Z')).ok).toBe(true);
    });

    it.each(['31129956715', '02016126007'])(
      '%s, a worked example of teaching material, is refused where people are synthetic',
      (number) => {
        expect(checkNationalId(number, real())).toMatchObject({ ok: true, kind: 'fodselsnummer', synthetic: false });
        expect(checkNationalId(number, synthetic())).toEqual(refused('real-not-allowed'));
      },
    );
  });

  it('month + 40 is an H-number among real people and NAV’s synthetic series among made ones', () => {
    expect(checkNationalId('15415010033', real())).toEqual(refused('h-number'));
    expect(checkNationalId('15415010033', synthetic())).toEqual({
      ok: true,
      kind: 'fodselsnummer',
      synthetic: true,
      birthDate: '1950-01-15',
    });
    expect(checkNationalId('55415010027', synthetic())).toEqual({ ok: true, kind: 'd-number', synthetic: true, birthDate: '1950-01-15' });
  });

  it.each(['81819010029', '91819010029', '80000000000'])('%s is of the FH series', (number) => {
    expect(checkNationalId(number, synthetic())).toEqual(refused('fh-number'));
    expect(checkNationalId(number, real())).toEqual(refused('fh-number'));
  });

  it.each([
    '',
    '1581901002',
    '158190100290',
    '15819010029\n',
    ' 15819010029',
    '158190 10029',
    '1581901002a',
    '１５８１９０１００２９',
    '-1581901002',
  ])('not eleven digits: %j', (text) => expect(checkNationalId(text, synthetic())).toEqual(refused('not-eleven-digits')));

  it.each([
    ['no day 00', '00819010072'],
    ['no 30 February', '30829010085'],
    ['no month 00 of the synthetic series', '15809010039'],
    ['no 29 February 1900', '29820010092'],
    ['an individual number that nobody was given', '15819080078'],
    ['a birth that is still to come', '15813950089'],
  ])('impossible date: %s', (_why, number) => {
    expect(checkNationalId(number, synthetic())).toEqual(refused('impossible-date'));
  });

  it('a leap day that the century has', () => {
    expect(checkNationalId('29820050043', synthetic())).toMatchObject({ ok: true, birthDate: '2000-02-29' });
  });

  it('a number and a date of birth beside it that do not agree', () => {
    expect(agreesWithBirthDate('15819010029', '1990-01-15')).toBe(true);
    for (const other of ['1990-01-14', '1990-02-15', '1991-01-15']) expect(agreesWithBirthDate('15819010029', other)).toBe(false);
  });
});

describe('organisation number', () => {
  it('all customers of the orders file pass where synthetic ones are allowed, and nowhere else', () => {
    for (const { customer } of orders) {
      expect(checkOrganisationNumber(customer.organisationNumber, { kind: 'synthetic' })).toEqual({ ok: true, synthetic: true });
      expect(checkOrganisationNumber(customer.organisationNumber, { kind: 'real' })).toEqual(refused('synthetic-not-allowed'));
    }
  });

  it('915376215, the company itself, passes everywhere', () => {
    for (const kind of ['real', 'synthetic'] as const)
      expect(checkOrganisationNumber('915376215', { kind })).toEqual({ ok: true, synthetic: false });
  });

  it.each([
    ['915376216', 'check-digit'],
    ['915376251', 'check-digit'],
    ['000000000', 'unknown-series'],
    ['123456785', 'unknown-series'],
    ['91537621', 'not-nine-digits'],
    ['915 376 215', 'not-nine-digits'],
    ['NO915376215', 'not-nine-digits'],
    ['', 'not-nine-digits'],
  ])('%s: %s', (number, fault) => expect(checkOrganisationNumber(number, { kind: 'real' })).toEqual(refused(fault)));
});

describe('e-mail address', () => {
  it('all addresses of the orders file are in their own form already', () => {
    for (const { contact, invoice } of orders)
      for (const email of [contact.email, invoice.email]) expect(normaliseEmail(email)).toBe(email);
  });

  it.each([
    [' Kari.Nordmann@Firma.EXAMPLE ', 'kari.nordmann@firma.example'],
    ["o'brien+post@firma.example", "o'brien+post@firma.example"],
    ['post@BLÅBÆR.no', 'post@blåbær.no'],
    ['post@xn--blbr-roah.no', 'post@blåbær.no'],
  ])('%j is looked up as %s', (given, normal) => expect(normaliseEmail(given)).toBe(normal));

  it.each([
    '',
    '@',
    'kari',
    'kari@',
    '@firma.example',
    'kari@firma',
    'kari@@firma.example',
    'kari..n@firma.example',
    '.kari@firma.example',
    'kari n@firma.example',
    '"kari n"@firma.example',
    'Kari <kari@firma.example>',
    'kari@[127.0.0.1]',
    'kari@127.0.0.1',
    'kari@0x7f.1',
    'kari@firma.example.',
    'kari@fir_ma.example',
    'kari@firma.example/x',
    'kari@firma.example?x',
    'kari@firma%2eexample.no',
    'kari@fir\u200bma.example',
    'kari@firma.example\r\nBcc: all@firma.example',
    'kåre@firma.example',
    '\u212aari@firma.example', // the sign for Kelvin, k in lower case
    `${'a'.repeat(65)}@firma.example`,
    `kari@${'a.'.repeat(124)}example`,
    `kari@${'å'.repeat(60)}.example`,
    'a'.repeat(1_000_000),
  ])('refused: %j', (text) => expect(normaliseEmail(text)).toBeUndefined());
});

describe('telephone number', () => {
  it('all numbers of the orders file', () => {
    for (const { contact } of orders) expect(normalisePhone(contact.phone)).toBe(contact.phone.replaceAll(' ', ''));
  });

  it.each([
    ['92361226', '+4792361226'],
    ['923 61 226', '+4792361226'],
    [' 21 08 05 70 ', '+4721080570'],
    ['0047 923 61 226', '+4792361226'],
    ['+47 923-61-226', '+4792361226'],
    ['+48 601 234 567', '+48601234567'],
    ['+370 612 34567', '+37061234567'],
    ['+40 (721) 234 567', '+40721234567'],
  ])('%j is %s', (given, e164) => expect(normalisePhone(given)).toBe(e164));

  it.each([
    '',
    '+',
    '12345678',
    '9236122',
    '923612260',
    '+47 92361226 ext. 5',
    'ring 92361226',
    'tel:+4792361226',
    '٩٢٣٦١٢٢٦',
    '02800',
    '110',
    '+999 12345678',
    '+98 9000',
    '+47 923 61 226 +47',
    '+4792361226'.repeat(9),
    '1'.repeat(1_000_000),
  ])('refused: %j', (text) => expect(normalisePhone(text)).toBeUndefined());
});
