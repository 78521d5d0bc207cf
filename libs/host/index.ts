export * from './failure';
export * from './files';
export * from './ports';
