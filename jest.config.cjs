'use strict';
const { readFileSync } = require('node:fs');

// jest 30 on Node 20 cannot require ES modules; those packages are downlevelled by swc. Which ones they are is read from what is installed.
const installed = JSON.parse(readFileSync(`${__dirname}/node_modules/.package-lock.json`, 'utf8')).packages;
const esModules = Object.keys(installed)
  .filter((path) => path.startsWith('node_modules/') && !path.slice(13).includes('node_modules/'))
  .filter((path) => {
    try {
      return JSON.parse(readFileSync(`${__dirname}/${path}/package.json`, 'utf8')).type === 'module';
    } catch {
      return false; // an optional package of another platform
    }
  })
  .map((path) => path.slice(13).replace(/[.+]/g, '\\$&'));

const swcrc = JSON.parse(readFileSync(`${__dirname}/.swcrc`, 'utf8'));
const { paths: _paths, baseUrl: _baseUrl, ...jsc } = swcrc.jsc;

module.exports = {
  rootDir: __dirname,
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts', '**/*.prop.ts', '**/*.int.ts', '**/*.e2e.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/data'],
  moduleNameMapper: { '^@hjemmel/(.*)$': '<rootDir>/libs/$1' },
  transform: {
    '\\.ts$': ['@swc/jest', { ...swcrc, jsc, swcrc: false }],
    '\\.m?js$': ['@swc/jest', { swcrc: false, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:${esModules.join('|')})/)(?!.*/node_modules/)`],
  maxWorkers: 2,
  testTimeout: 60_000,
};
