import { OperatorError } from '@hjemmel/host';
import { PSEUDONYM } from '@hjemmel/kernel';

/** Takes the stream's name as well. What was given is not repeated: by mistake it may be a person's number. @throws OperatorError */
export function pseudonymOf(text: string): string {
  const subjectId = text.replace(/^dataSubject-/, '');
  if (PSEUDONYM.test(subjectId)) return subjectId;
  throw new OperatorError('a data subject is named by its pseudonym: 32 hex digits, as the answers of the API give it');
}
