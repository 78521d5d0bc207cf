export * from './roles';
export * from './server';
