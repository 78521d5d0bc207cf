import { runProgram, settings, tellReady } from '@hjemmel/host';
import { Pool } from 'pg';
import { FileKeys } from '../key-sources';
import { rotateBlindIndex, rotateMasterKey } from '../rotation';
import { vaultKeysFrom } from '../secrets';

/** Rotates as the command line does, in small batches so that there is a middle to be killed in: HJEMMEL_TEST_POSTGRES_URL, HJEMMEL_SECRETS, `master` or `blind-index`. */
runProgram(async () => {
  const read = settings(process.env);
  const pool = new Pool({ connectionString: read.required('HJEMMEL_TEST_POSTGRES_URL'), max: 2 });
  const keys = vaultKeysFrom(new FileKeys(read.required('HJEMMEL_SECRETS')), pool);
  const rotate = process.argv[2] === 'master' ? rotateMasterKey : rotateBlindIndex;
  const rotated = await rotate(pool, keys, { batch: 25, onProgress: (done, total) => process.send?.({ done, total }) });
  tellReady(rotated);
  await pool.end();
  process.disconnect();
});
