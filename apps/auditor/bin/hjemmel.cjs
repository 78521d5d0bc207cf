#!/usr/bin/env node
'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { version } = require('../package.json');

const main = join(__dirname, '..', '..', '..', 'dist', 'apps', 'auditor', 'main.js');
if (existsSync(main)) {
  require(main).run(process.argv, version);
} else {
  process.stderr.write('hjemmel is not built: run "npm run build" in the folder of the project first\n');
  process.exitCode = 1;
}
