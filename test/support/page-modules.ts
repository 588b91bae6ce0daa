import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { read, root } from '../meta/project-files.js';
import { type DocModule, tsBlocks } from '../meta/ts-blocks.js';

/** The modules that a page of the docs shows, as files below `.build`, from where they can be run. */
export class PageModules {
  readonly #modules: readonly DocModule[];

  /** @param folder below `.build`, one for each test file, as tests run at the same time. */
  constructor(
    page: string,
    private readonly folder: string,
  ) {
    this.#modules = tsBlocks(read(page));
  }

  /**
   * Writes them into a new folder and answers its path.
   *
   * @param change what is different from the page; to show what happens then.
   */
  write(name: string, change: (text: string) => string = (text) => text): string {
    const folder = join(root, '.build', this.folder, name);
    rmSync(folder, { recursive: true, force: true });
    for (const { name: file, text } of this.#modules) {
      const path = join(folder, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, change(text));
    }
    return folder;
  }

  /** The file of the first module that has this in its text. */
  fileWith(text: string): string {
    const found = this.#modules.find((module) => module.text.includes(text));
    if (!found) throw new Error(`The page shows no module with ${text}.`);
    return found.name;
  }
}
