import { buildReport, type ReportDocument } from '../import/document';
import type { WrittenFile } from '../import/images/write';
import { renderReport } from '../import/report';
import type { Inspection } from './inspection';

/** What import found, as `--json` prints it and as people read it. */
interface Report {
  document: ReportDocument;
  markdown: string;
}

/**
 * @param planFile stands in the report where a plan was written
 * @param written what became of the images' files then
 */
export function makeReport(inspection: Inspection, planFile: string, written: WrittenFile[]): Report {
  const { inventory, findings, accepted, images, plan } = inspection;
  const hasPlan = plan !== undefined;
  const document = buildReport(inventory, {
    findings,
    accepted,
    images,
    written,
    ...(hasPlan ? { plan: planFile } : {}),
  });
  return {
    document,
    markdown: renderReport(document),
  };
}
