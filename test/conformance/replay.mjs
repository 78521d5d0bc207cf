// node replay.mjs CONNECTION [--only TEXT] [--quiet] [--json FILE]
// Runs the scenarios against a server and compares each step's outcome with the recording.
import { readFileSync, writeFileSync } from 'node:fs';
import { loadTopics, runAll } from './runner.mjs';
const args = process.argv.slice(2);
const opt = (n) => {
  const i = args.indexOf(`--${n}`);
  return i < 0 ? undefined : args.splice(i, 2)[1];
};
const flag = (n) => {
  const i = args.indexOf(`--${n}`);
  return i < 0 ? false : !!args.splice(i, 1);
};
const only = opt('only'),
  json = opt('json'),
  quiet = flag('quiet');
const conn = args[0];
if (!conn) {
  console.error("usage: node replay.mjs 'esdb://127.0.0.1:PORT?tls=false' [--only TEXT] [--quiet] [--json FILE]");
  process.exit(2);
}
const here = new URL('.', import.meta.url).pathname;
const rec = JSON.parse(readFileSync(here + 'recordings/recording.json', 'utf8'));
const topics = loadTopics(here + 'recordings/scenarios');
const equal = (a, b) => {
  if (a === b) return true;
  if (!a || !b || typeof a !== 'object' || typeof b !== 'object' || Array.isArray(a) !== Array.isArray(b)) return false;
  const ka = Object.keys(a),
    kb = Object.keys(b);
  return ka.length === kb.length && ka.every((k) => k in b && equal(a[k], b[k]));
};
const perTopic = {};
const failures = [];
let passed = 0,
  failed = 0;
await runAll(conn, topics, {
  only,
  onDone: (name, got, _ms, sc) => {
    const want = rec.outcomes[name];
    if (!want) {
      failed++;
      (perTopic[name.split('/')[0]] ??= { passed: 0, failed: 0 }).failed++;
      failures.push({ scenario: name, missing: true });
      console.log(`FAIL ${name}\n  no recording for it`);
      return;
    }
    const bad = want.map((w, i) => ({ i, w, g: got[i] })).filter(({ w, g }) => !(w && w.unstable === true) && !equal(w, g));
    const t = (perTopic[name.split('/')[0]] ??= { passed: 0, failed: 0 });
    if (!bad.length) {
      passed++;
      t.passed++;
      return;
    }
    failed++;
    t.failed++;
    failures.push({ scenario: name, steps: bad.map(({ i, w, g }) => ({ step: i, op: sc.steps[i], expected: w, got: g })) });
    console.log(`FAIL ${name}`);
    if (!quiet)
      for (const { i, w, g } of bad)
        console.log(
          `  step ${i} ${JSON.stringify(sc.steps[i]).slice(0, 300)}\n    expected ${JSON.stringify(w)}\n    got      ${JSON.stringify(g)}`,
        );
  },
});
for (const [t, c] of Object.entries(perTopic)) console.log(`${t.padEnd(24)} ${c.passed} passed, ${c.failed} failed`);
console.log(`${passed} passed, ${failed} failed`);
if (json) writeFileSync(json, JSON.stringify({ passed, failed, perTopic, failures }, null, 1));
process.exit(failed ? 1 : 0);
