/** Where the moves of checkpoints are told. The payload is `<model> <position>`, sent by the transaction that moved it. */
export const CHANNEL = 'read_checkpoints';

export function parseNotification(payload: string): { readonly model: string; readonly position: bigint } | undefined {
  const [, model, position] = /^(\S+) (-?\d+)$/.exec(payload) ?? [];
  return model !== undefined && position !== undefined ? { model, position: BigInt(position) } : undefined;
}
