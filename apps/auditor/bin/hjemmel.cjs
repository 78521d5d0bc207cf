#!/usr/bin/env node
'use strict';
require('../../../dist/apps/auditor/main.js');
