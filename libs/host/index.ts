export * from './failure';
export * from './files';
export * from './lock';
export * from './ports';
export * from './program';
export * from './settings';
export * from './supervise';
