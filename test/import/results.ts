import { checkInventory } from '../../src/import/checks';
import { makeImages } from '../../src/import/images';
import type { ComponentImage } from '../../src/import/images/component';
import { buildReport, type ReportDocument } from '../../src/import/document';
import { writePlan } from '../../src/import/plan';
import { readInventory } from '../../src/import/read/inventory';
import { renderReport } from '../../src/import/report';
import { parsePlan } from '../../src/plan/loader';
import type { Plan } from '../../src/plan/schema';

const OPTIONS = {
  name: 'lgtm-prd',
  domain: 'example.com',
  hostedZone: 'Z0123456789ABC',
  certificate: 'arn:aws:acm:ap-northeast-2:123456789012:certificate/1',
  instance: ['i-0123456789abcdef0'],
  composeDirectory: '/opt/lgtm',
};

/** What import makes of a folder. */
export interface Results {
  planText: string;
  plan: Plan;
  document: ReportDocument;
  markdown: string;
  images: ComponentImage[];
}

/** Imports a folder as the command does, with all its failures accepted. */
export function importFolder(root: string, grafanaEfs?: string): Results {
  const inventory = readInventory(root, OPTIONS.composeDirectory, [], { grafanaEfs });
  const images = makeImages(inventory, OPTIONS.composeDirectory);
  const findings = checkInventory(inventory, images);
  const accepted = findings.filter((finding) => finding.level === 'fail');
  const text = writePlan(inventory, OPTIONS, accepted, {
    context: 'images',
    images,
  });
  const document = buildReport(inventory, {
    findings,
    accepted,
    images,
    plan: 'migration.yaml',
  });
  return {
    planText: text,
    plan: parsePlan(text, 'migration.yaml'),
    document,
    markdown: renderReport(document),
    images,
  };
}
