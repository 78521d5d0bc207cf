import { isObject } from './same';

/** An object of an event that names the admissions under which what stands in it was done. */
export interface Citation {
  readonly path: string;
  readonly admissions: readonly string[];
  /** The person whom it names beside them. */
  readonly subjectId?: string;
}

export interface SealedAt {
  /** Dotted, with `*` in place of numbers: `cardHolders.*.name`. */
  readonly path: string;
  /** Undefined where the text has not the form of a sealed field. */
  readonly keyId: string | undefined;
  /** The nearest object around it that cites admissions. */
  readonly citation?: Citation;
}

export interface TextAt {
  readonly path: string;
  readonly text: string;
}

/** What an event's data holds: sealed fields, citations of admissions, and text in clear. */
export interface Content {
  readonly sealed: readonly SealedAt[];
  readonly citations: readonly Citation[];
  readonly texts: readonly TextAt[];
}

/** A sealed field as the vault writes it (ADR 4): version, key, ciphertext with its tag of 16 bytes. The auditor has no key, and looks at the form alone. */
const SEALED = /^v1\.([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.[A-Za-z0-9_-]{22,}$/;

/** @param publicTexts top-level properties that hold published texts, which are passed by */
export function contentOf(data: object, publicTexts: readonly string[] = []): Content {
  const found = { sealed: [] as SealedAt[], citations: [] as Citation[], texts: [] as TextAt[] };
  const open = Object.entries(data).filter(([key]) => !publicTexts.includes(key));
  lookThrough(publicTexts.length === 0 ? data : Object.fromEntries(open), '', undefined, found);
  return found;
}

type Collected = { readonly [K in keyof Content]: Content[K][number][] };

function lookThrough(value: object, path: string, around: Citation | undefined, found: Collected): void {
  const citation = citationIn(value, path) ?? around;
  if (citation !== undefined && citation !== around) found.citations.push(citation);
  for (const [key, part] of Object.entries(value) as [string, object | string | number | boolean | null][]) {
    const at = path === '' ? key : `${path}.${Array.isArray(value) ? '*' : key}`;
    if (isObject(part)) {
      if (!sealedIn(part, at, citation, found)) lookThrough(part, at, citation, found);
    } else if (part !== null) found.texts.push({ path: at, text: String(part) });
  }
}

function sealedIn(part: object, path: string, citation: Citation | undefined, found: Collected): boolean {
  if (!('$sealed' in part)) return false;
  const text = part.$sealed;
  const keyId = typeof text === 'string' ? SEALED.exec(text)?.[1] : undefined;
  found.sealed.push({ path, keyId, ...(citation && { citation }) });
  // What has not the form is no ciphertext, and what stands beside one is not sealed.
  if (keyId === undefined) found.texts.push({ path, text: JSON.stringify(text) });
  const { $sealed: _, ...beside } = part;
  lookThrough(beside, path, citation, found);
  return true;
}

function citationIn(value: object, path: string): Citation | undefined {
  const { admission, admissions, subjectId } = value as { readonly [K in 'admission' | 'admissions' | 'subjectId']?: unknown };
  const named = [...(Array.isArray(admissions) ? (admissions as unknown[]) : []), ...(admission === undefined ? [] : [admission])];
  if (named.length === 0) return undefined;
  const ids = named.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  return { path: path === '' ? '.' : path, admissions: ids, ...(typeof subjectId === 'string' && { subjectId }) };
}
