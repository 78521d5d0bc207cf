export { normaliseEmail } from './email';
export { agreesWithBirthDate, checkNationalId, nationalIdFaults } from './national-id';
export type { NationalIdFault, NationalIdRules, NationalIdVerdict } from './national-id';
export { checkOrganisationNumber, organisationNumberFaults } from './organisation-number';
export type { OrganisationNumberFault, OrganisationNumberVerdict } from './organisation-number';
export { normalisePhone } from './phone';
