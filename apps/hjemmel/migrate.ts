import { runProgram, settings, tellReady } from '@hjemmel/host';
import { migrate } from './migrations';

/** Brings the database to the form that this version needs, and ends: HJEMMEL_POSTGRES_OWNER_URL. */
runProgram(async () => {
  await migrate(settings(process.env).required('HJEMMEL_POSTGRES_OWNER_URL'));
  tellReady();
  process.disconnect?.();
});
