import { join } from 'node:path';
import { exists, OperatorError, readSecretFile, settings } from '@hjemmel/host';
import { httpSettings } from '@hjemmel/http/settings';
import type { Role } from '@hjemmel/kernel/event';
import { dataFolder, secretsIn } from '../data-folder';
import { issueToken } from './issue-token';

export interface TokenOptions {
  readonly role: Role;
  readonly subject?: string;
  readonly hours?: string;
  readonly data?: string;
}

const SIGNING_KEY = 'token-signing.jwk.json';
const DEFAULT_HOURS = '8';
/** A token can't be called back, so it should not outlive the need for it. */
const MAX_HOURS = 30 * 24;

export async function printToken(options: TokenOptions): Promise<void> {
  process.stdout.write(`${await tokenOf(options)}\n`);
}

/** @throws OperatorError where an option makes no sense, or there is no signing key */
export async function tokenOf({ role, subject = `local-${role}`, hours = DEFAULT_HOURS, data }: TokenOptions): Promise<string> {
  const bearer = { role, subject: subjectOf(subject), hours: hoursOf(hours) };
  const secrets = secretsIn(await dataFolder(data));
  return issueToken(await signingKeyIn(secrets), bearer, httpSettings(settings(process.env), secrets));
}

async function signingKeyIn(secrets: string): Promise<string> {
  const path = join(secrets, SIGNING_KEY);
  if (await exists(path)) return readSecretFile(path);
  throw new OperatorError(`${path} is missing: the first start (npm start) makes it; or name another data folder with --data`);
}

function hoursOf(text: string): number {
  const hours = /^\d{1,4}(\.\d{1,4})?$/.test(text) ? Number(text) : NaN;
  if (hours > 0 && hours <= MAX_HOURS) return hours;
  throw new OperatorError(`--hours must be a number above 0 and up to ${MAX_HOURS}`);
}

function subjectOf(text: string): string {
  if (/^[^\p{Cc}\p{Cs}]{1,200}$/u.test(text) && text.trim() !== '') return text;
  throw new OperatorError('--subject must be 1 to 200 characters, none of them a control character');
}
