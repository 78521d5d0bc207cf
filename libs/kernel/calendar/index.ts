export { addDays, addMonths, addPeriod, rightsRequestDeadlines } from './deadlines';
export type { RightsRequestDeadlines } from './deadlines';
export { endOfDay, osloDay, startOfDay } from './oslo';
export type { Day } from './oslo';
export { isWorkingDay, nextWorkingDay, publicHolidays } from './working-days';
