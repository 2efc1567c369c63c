import { buildReport, type ReportDocument } from '../import/document';
import { renderReport } from '../import/report';
import type { Inspection } from './inspection';

/** What import found, as `--json` prints it and as people read it. */
interface Report {
  document: ReportDocument;
  markdown: string;
}

/** @param planFile stands in the report where a plan was written */
export function makeReport(inspection: Inspection, planFile: string): Report {
  const { inventory, findings, accepted, plan } = inspection;
  const hasPlan = plan !== undefined;
  const document = buildReport(inventory, {
    findings,
    accepted,
    ...(hasPlan ? { plan: planFile } : {}),
  });
  return {
    document,
    markdown: renderReport(document),
  };
}
