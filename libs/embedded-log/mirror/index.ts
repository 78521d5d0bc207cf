export { checkMirror } from './check';
export type { MirrorCheck } from './check';
export { mirror } from './follow';
export type { MirrorOptions, MirrorReport } from './follow';
export { forget } from './forget';
export { describeMirror } from './mirror-folder';
export type { MirrorDescription } from './mirror-folder';
