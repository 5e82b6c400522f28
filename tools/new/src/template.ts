import { readFileSync } from 'node:fs';
import path from 'node:path';

const TEMPLATES = path.resolve(import.meta.dirname, '../templates');

/**
 * The text of a template, in which `{{name}}` stands for a value.
 *
 * @throws Error if the template names a value that is not given
 */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return readFileSync(path.join(TEMPLATES, template), 'utf8').replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${template} names {{${name}}}, which is not given`);
    return value;
  });
}
