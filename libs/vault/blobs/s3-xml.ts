/** The few elements of S3's answers that are read here. Keys are asked for in URL encoding, so that none breaks the XML. */

/** The texts of every element of a name, in order; elements of that name never stand in each other here. */
export const textsOf = (xml: string, element: string): string[] =>
  [...xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'))].map(([, text]) => unescaped(text!));

export const textOf = (xml: string, element: string): string | undefined => textsOf(xml, element)[0];

/** The insides of every element of a name. */
export const insidesOf = (xml: string, element: string): string[] =>
  xml
    .split(`<${element}>`)
    .slice(1)
    .map((after) => after.split(`</${element}>`, 1)[0]!);

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.replaceAll(/&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/g, (_, name: string, decimal: string, hex: string) =>
    name ? ENTITIES[name]! : String.fromCodePoint(Number.parseInt(decimal ?? hex, decimal ? 10 : 16)),
  );
