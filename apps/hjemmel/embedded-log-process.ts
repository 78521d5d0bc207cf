import { startEmbeddedLog } from '@hjemmel/embedded-log';
import { onStop, runProgram, settings, stderrLine, tellReady } from '@hjemmel/host';

/** The embedded log as a process of its own: HJEMMEL_LOG_FOLDER, HJEMMEL_HOST, HJEMMEL_LOG_PORT (0 takes a free one). */
runProgram(async () => {
  const read = settings(process.env);
  const folder = read.required('HJEMMEL_LOG_FOLDER');
  const starting = startEmbeddedLog({
    folder,
    host: read.text('HJEMMEL_HOST', '127.0.0.1'),
    port: read.port('HJEMMEL_LOG_PORT', 0),
    onNotice: ({ message }) => stderrLine(message),
  });
  onStop(async () => (await starting).close());
  const { port, connectionString } = await starting;
  tellReady({ port, connectionString });
});
