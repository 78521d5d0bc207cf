import type { OrganisationForm } from './events';

const forms: readonly OrganisationForm[] = ['ASA', 'AS', 'ANS', 'DA', 'NUF', 'SA', 'ENK'];

/**
 * The organisational form that a business name states. Companies must carry theirs in the name (foretaksnavneloven § 2-2); a sole
 * trader need not, so a name without one is taken for a sole trader's: the reading that protects a person.
 */
export function formOf(name: string): OrganisationForm {
  const words = name
    .toUpperCase()
    .replaceAll('A/S', 'AS') // as older companies still write it
    .split(/[\s.,]+/)
    .filter((word) => word !== '');
  return forms.find((form) => words.at(-1) === form || words[0] === form) ?? 'ENK';
}
