/** Aborted when the program is asked to stop (Ctrl-C, SIGTERM, SIGHUP). A second Ctrl-C ends it without waiting. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.on('SIGINT', () => (controller.signal.aborted ? process.exit(130) : stop()));
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);
  return controller.signal;
}
