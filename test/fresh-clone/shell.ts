import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';

/** Interactive, where a `#` is no comment in zsh and a `!` is history in bash; without anybody's own settings. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  bash: ['--noprofile', '--norc', '--noediting', '-i'],
  zsh: ['-f', '-i', '-s', '+o', 'prompt_sp'],
};

/** A shell into which lines are pasted. */
export class Shell {
  private readonly child: ChildProcessWithoutNullStreams;
  private output = '';

  constructor(program: string, options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }) {
    this.child = spawn(program, OPTIONS[program] ?? [], {
      ...options,
      env: { ...options.env, PS1: '', PS2: '' },
      // A shell signals the group that it is in.
      detached: true,
    });
    this.child.stdout.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.child.stdin.write('exec 2>&1\nPS1= PS2=\n');
  }

  /** @returns what the lines print, on both streams */
  async paste(lines: string): Promise<string> {
    const mark = randomUUID();
    this.output = '';
    this.child.stdin.write(`${lines}\necho ${mark}\n`);
    return new Promise((resolve, reject) => {
      const look = () => {
        const at = this.output.indexOf(mark);
        if (at >= 0) resolve(this.output.slice(0, at));
      };
      this.child.stdout.on('data', look);
      this.child.once('close', () => reject(new Error(`The shell ended: ${this.output}`)));
    });
  }

  close(): void {
    // Its prompt is an end of file, as Ctrl-D is.
    this.child.stdin.end();
  }
}
