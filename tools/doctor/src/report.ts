import type { Examination } from './examine.js';

/** The examination for people: each finding with its place, what is wrong and what to do. */
export function report({ files, applications, handlers, findings, allowed }: Examination): string {
  const looked = `Looked at ${count(files, 'file')}, ${count(applications.length, 'application')} (${applications.join(', ')}), ${count(handlers, 'handler')}.`;
  const found = findings.map(({ place, rule, message, cure }) => `${place}  ${rule}\n  ${message}\n  ${cure}`);
  const meant = allowed > 0 ? ` ${count(allowed, 'finding')} allowed by comments.` : '';
  const end =
    findings.length === 0
      ? `Nothing that the doctor knows of stands open.${meant}`
      : `${count(findings.length, 'finding')}.${meant} Where one is meant, say so above it: // doctor-allow <rule>: <reason>`;
  return [looked, ...found, end].join('\n\n');
}

function count(number: number, thing: string): string {
  return `${String(number)} ${thing}${number === 1 ? '' : 's'}`;
}
