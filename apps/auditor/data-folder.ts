import { join, resolve } from 'node:path';
import { exists, OperatorError } from '@hjemmel/host';

/**
 * The folder in which an instance keeps everything: as told, or HJEMMEL_DATA, or `data` in the working folder. Absolute.
 * @throws OperatorError where there is none
 */
export async function dataFolder(told: string | undefined): Promise<string> {
  const folder = resolve(told ?? (process.env['HJEMMEL_DATA'] || 'data'));
  if (await exists(folder)) return folder;
  throw new OperatorError(`there is no data folder ${folder}: start the program once (npm start), or name the folder with --data`);
}

/** Where an instance keeps its secret files. */
export const secretsIn = (data: string): string => join(data, 'secrets');

/** Where an instance keeps the files of its embedded log. */
export const logIn = (data: string): string => join(data, 'log');
