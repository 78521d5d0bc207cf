import { domainToASCII, domainToUnicode } from 'node:url';
import isEmail from 'validator/lib/isEmail';

const maxLength = 254; // RFC 5321 § 4.5.3.1.3: 256 octets with the angle brackets around it

/**
 * The one form of an e-mail address under which it is stored and looked up: without spaces around it, in lower case, an
 * internationalised domain in its own letters (`xn--blbr-roah.no` is `blåbær.no`). RFC 5321 lets local parts differ by case alone; no
 * provider in use does.
 *
 * @returns undefined where it is no address of RFC 5321, or one of its forms that nobody has and that serve to smuggle: a quoted local
 *   part, an address literal, a domain of one label. Letters beyond ASCII in the local part need RFC 6531, which is not offered. Never throws.
 */
export function normaliseEmail(value: string): string | undefined {
  const address = value.trim();
  const at = address.lastIndexOf('@');
  if (at < 1 || address.length > maxLength) return undefined;
  const local = address.slice(0, at);
  const domain = asciiDomain(address.slice(at + 1));
  if (domain === undefined || `${local}@${domain}`.length > maxLength) return undefined;
  // Judged before lower case is made: the sign for Kelvin would become an ordinary k, and with it somebody else's address.
  if (!isEmail(`${local}@${domain}`, { allow_utf8_local_part: false, blacklisted_chars: '"' })) return undefined;
  return `${local.toLowerCase()}@${domainToUnicode(domain)}`;
}

/** By IDNA; letters, digits, dots and hyphens only, because the converter reads a URL's host and would cut off or decode what comes beside them. */
const asciiDomain = (domain: string): string | undefined =>
  /^[\p{L}\p{M}\p{N}.-]+$/u.test(domain) ? domainToASCII(domain).toLowerCase() || undefined : undefined;
