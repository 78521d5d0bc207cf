'use strict';
// Prints the one line that CI reads. A run that ended before any test did counts as one failure, never as a silent pass.
const { readFileSync } = require('node:fs');
try {
  const { numPassedTests, numFailedTests, numFailedTestSuites, numRuntimeErrorTestSuites } = JSON.parse(
    readFileSync(process.argv[2], 'utf8'),
  );
  const failed =
    numFailedTests + (numRuntimeErrorTestSuites ?? 0) + (numFailedTests === 0 && numFailedTestSuites > 0 ? numFailedTestSuites : 0);
  console.log(`${numPassedTests} passed, ${failed} failed`);
} catch (error) {
  console.log(`no test results: ${error.message}`);
  console.log('0 passed, 1 failed');
}
