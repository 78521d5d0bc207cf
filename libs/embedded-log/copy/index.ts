export { copyLog } from './copy-log';
export type { CopyOptions, CopyPhase, CopyReport } from './copy-log';
export { NotACopy } from './pairing';
export { PositionMap } from './position-map';
