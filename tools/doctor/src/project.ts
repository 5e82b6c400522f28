import path from 'node:path';

import ts from 'typescript';

/** Tests start applications that are not meant to be guarded. */
const TEST_FILE = /\.(spec|test|e2e-spec)\.[cm]?[jt]sx?$/;

/** The program of a folder or a tsconfig.json, those that it references included. Nothing of it is run. */
export interface Project {
  /** What the files are named relative to. */
  readonly root: string;
  readonly program: ts.Program;
  /** The project's own files, without tests, declarations and dependencies. */
  readonly files: readonly ts.SourceFile[];
}

/**
 * @param place a folder, or a `tsconfig.json`; a folder without one is read as a whole
 * @throws Error if there is no such place, its configuration cannot be read, or it has no source file
 */
export function openProject(place: string): Project {
  const absolute = path.resolve(place);
  const isFolder = ts.sys.directoryExists(absolute);
  if (!isFolder && !ts.sys.fileExists(absolute)) throw new Error(`There is no file or folder ${place}`);
  const root = isFolder ? absolute : path.dirname(absolute);
  const config = isFolder ? configOf(absolute) : absolute;
  const configs = config === undefined ? [wholeFolder(root)] : withReferences(config);
  // Only names are looked up, so what would make types exact is left out.
  const options = {
    ...configs[0]?.options,
    noEmit: true,
    skipLibCheck: true,
    noLib: true,
    types: [],
    composite: false,
  };
  const program = ts.createProgram({
    rootNames: [...new Set(configs.flatMap(({ fileNames }) => fileNames))],
    options,
    projectReferences: configs.flatMap(({ projectReferences }) => projectReferences ?? []),
    host: host(options),
  });
  const files = program
    .getSourceFiles()
    .filter((file) => !file.isDeclarationFile && !file.fileName.includes('/node_modules/'))
    .filter(({ fileName }) => !TEST_FILE.test(fileName));
  if (files.length === 0) throw new Error(`${place} has no TypeScript or JavaScript file outside tests`);
  return { root, program, files };
}

/** Reads the project and no package: what a package exports is known by its name, be it installed or not. */
function host(options: ts.CompilerOptions): ts.CompilerHost {
  const made: ts.CompilerHost = Object.assign(ts.createCompilerHost(options), SOURCES_OF_REFERENCES);
  const cache = ts.createModuleResolutionCache(made.getCurrentDirectory(), (name) => name, options);
  made.resolveModuleNameLiterals = (literals, file, reference, optionsOfFile, source) =>
    literals.map((literal) => {
      const mode = ts.getModeForUsageLocation(source, literal, optionsOfFile);
      const found = ts.resolveModuleName(literal.text, file, optionsOfFile, made, cache, reference, mode);
      const isPackage = found.resolvedModule?.resolvedFileName.includes('/node_modules/');
      return isPackage ? { resolvedModule: undefined } : found;
    });
  return made;
}

/** As editors do: a package of the project is its sources, and not what was built of them, which may be absent or old. */
const SOURCES_OF_REFERENCES = { useSourceOfProjectReferenceRedirect: () => true };

/** Nx keeps what its projects share in `tsconfig.base.json`, and has no other at the top. */
function configOf(folder: string): string | undefined {
  return ['tsconfig.json', 'tsconfig.base.json', 'jsconfig.json']
    .map((name) => path.join(folder, name))
    .find((file) => ts.sys.fileExists(file));
}

/** A solution without files of its own has the options of what it references. */
function withReferences(file: string, seen = new Set<string>()): ts.ParsedCommandLine[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const parsed = ts.getParsedCommandLineOfConfigFile(
    file,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
  );
  if (!parsed) throw new Error(`${file} cannot be read`);
  const referenced = parsed.projectReferences?.flatMap((reference) =>
    withReferences(ts.resolveProjectReferencePath(reference), seen),
  );
  return [...(parsed.fileNames.length > 0 ? [parsed] : []), ...(referenced ?? [])];
}

function wholeFolder(root: string): ts.ParsedCommandLine {
  return ts.parseJsonConfigFileContent(
    { compilerOptions: { allowJs: true, module: 'esnext', moduleResolution: 'bundler' } },
    ts.sys,
    root,
  );
}

function fail(diagnostic: ts.Diagnostic): never {
  throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
}
