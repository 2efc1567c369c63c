import { addresses, KILLED, testKeeper, THREE } from './keeper';
import type { Resolver } from './resolver';
import { asMimirWrites } from './ring';

const WHOLE = asMimirWrites([...THREE, KILLED]).trim();
const WITHOUT_END_OF_MEMBER = WHOLE.slice(0, WHOLE.lastIndexOf('"zone"'));
const SHARDS_AS_MAP = WHOLE.replace('"shards":[', '"shards":{"a":[').replace('],"now"', ']},"now"');

testKeeper('it does nothing and says so where the name does not name its own task', async (rig) => {
  rig.dns.says = addresses(6, 7);
  await rig.expectForgetsNobody('blind', 'mimir.lgtm.local does not name this task, 10.0.1.5');
});

const ANSWERS: [string, Resolver['says'], string][] = [
  ['no such name', 3, 'does not resolve'],
  ['a failure', 2, 'does not resolve'],
  ['no address', [], 'does not name this task'],
];

for (const [what, says, reason] of ANSWERS) {
  testKeeper(`it does nothing and says so where the resolver answers ${what}`, async (rig) => {
    rig.dns.says = says;
    await rig.expectForgetsNobody('blind', reason);
  });
}

testKeeper('it does nothing and says so where an answer of eight addresses may not hold all', async (rig) => {
  rig.dns.says = addresses(5, 6, 7, 8, 10, 11, 12, 13);
  await rig.expectForgetsNobody('blind', 'names 8 tasks, as many as an answer holds');
});

const PAGES: [string, string][] = [
  ['nothing', ''],
  ['a page in HTML', '<!DOCTYPE html><html><body>Ring Status</body></html>'],
  ['an end too early', WHOLE.slice(0, -40)],
  ['an end within a member', WITHOUT_END_OF_MEMBER],
  ['a list without commas', WHOLE.replaceAll('},{', '}{')],
  ['a key without a value', WHOLE.replace('"zone":""', '"zone"')],
  ['a word that is no value', WHOLE.replace('false', 'no')],
  ['an open quote', WHOLE.replace('"now"', '"now')],
  ['brackets that do not match', WHOLE.replace(/\]\}\],/, ']]},')],
  ['more than one value', `${WHOLE}${WHOLE}`],
  ['no shards', '{"now":"2026-11-24T10:00:00Z"}'],
  ['shards that are no list', SHARDS_AS_MAP],
  ['a list in place of the page', `[${WHOLE}]`],
];

for (const [what, page] of PAGES) {
  testKeeper(`it does nothing and says so where the ring answers with ${what}`, async (rig) => {
    rig.mimir.page = () => page;
    await rig.expectForgetsNobody('blind', 'gave no ring');
  });
}
