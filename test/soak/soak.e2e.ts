import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { soak } from './soak';

it('accounts for every acknowledged event and every delivery of a short soak', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hjemmel-soak-'));
  try {
    const report = await soak({ seconds: 20, folder, disturbEveryMs: [500, 4_000], maintainEveryMs: 4_000, say: () => undefined });
    expect(report.faults).toEqual([]);
    const { counts } = report;
    expect(counts['acknowledged events found in their place']).toBeGreaterThan(100);
    expect((counts['kills of the server'] ?? 0) + (counts['stops of the server'] ?? 0)).toBeGreaterThan(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 180_000);
