import type { Level } from '../../../shared/domain/planning/plan.ts';
import { titleNorm } from '../../../shared/domain/planning/text.ts';
import { type Line, type Page, renumber } from './edited-plan.ts';

type Chance = () => number;

const WORDS =
  'show export import cancel renew print check open close split merge report invoice customer booking ward route ticket price meter stop room card member slot stock order label alarm sensor map shift roster permit licence filter archive search audit token upload photo menu table index queue refund discount'.split(
    ' ',
  );
const COMMON = ['Documentation', 'Set up monitoring', 'Release notes for support'];

/** Makes pages and edits them, each edit with the truth about what became of the items. */
export const editor = (chance: Chance) => {
  const below = (count: number) => Math.floor(chance() * count);
  const any = <T>(list: readonly T[]): T | undefined => list[below(list.length)];
  const word = () => any(WORDS) ?? '';
  let truths = 0;
  let ids = 0;
  /** Copies made by the edits at hand, and of what. */
  const copies = new Map<number, number>();
  const newTitle = () =>
    chance() < 0.06 ? (any(COMMON) ?? '') : Array.from({ length: 2 + below(4) }, word).join(' ');
  const sentence = () => Array.from({ length: 8 }, word).join(' ');
  const newLine = (page: Page, level: Level, parent: number): Line => {
    const line: Line = { truth: ++truths, level, title: newTitle(), parent };
    if (page.keys === 'explicit') line.key = `${level[0]?.toUpperCase()}${100 + ++ids * 7}`;
    if (page.hasLocalIds && chance() < 0.9) line.localId = `local-${++ids}`;
    if (chance() < 0.6) line.description = sentence();
    if (chance() < 0.5) line.criteria = chance() < 0.2 ? 'Works on a phone' : sentence();
    return line;
  };

  const newPage = (): Page => {
    const page: Page = {
      lines: [],
      keys: any(['positions', 'dotted', 'explicit', 'none'] as const) ?? 'none',
      hasLocalIds: chance() < 0.5,
      unclear: new Set(),
    };
    const add = (level: Level, parent: number) => {
      const line = newLine(page, level, parent);
      page.lines.push(line);
      return line.truth;
    };
    const epics = chance() < 0.3 ? [0] : Array.from({ length: 1 + below(2) }, () => -1);
    for (const epic of epics) {
      const parent = epic === 0 ? 0 : add('epic', 0);
      for (let f = 1 + below(4); f > 0; f--) {
        const feature = add('feature', parent);
        for (let s = below(6); s > 0; s--) add('story', feature);
      }
    }
    renumber(page);
    return page;
  };

  const at = (page: Page, line: Line) => page.lines.indexOf(line);
  const familyOf = (page: Page, line: Line): Line[] => {
    const family = new Set([line.truth]);
    return page.lines.filter(({ truth, parent }) => {
      if (family.has(parent)) family.add(truth);
      return family.has(truth);
    });
  };
  const takeOut = (page: Page, family: Line[]) => {
    page.lines = page.lines.filter((each) => !family.includes(each));
  };
  const putBelow = (page: Page, family: Line[], parent: Line) => {
    const siblings = familyOf(page, parent);
    const places = [parent, ...siblings.filter((each) => each.parent === parent.truth)];
    const before = any(places) ?? parent;
    const after = before === parent ? before : (familyOf(page, before).at(-1) ?? before);
    page.lines.splice(at(page, after) + 1, 0, ...family);
  };
  const settleKeys = (page: Page) => {
    if (chance() < 0.7) renumber(page);
  };
  const rewordedTitle = (title: string) => {
    const words = title.split(' ');
    const kind = below(3);
    if (kind === 0 && words.length > 2) words.splice(below(words.length), 1);
    else if (kind === 1) words.splice(below(words.length + 1), 0, word());
    else words[below(words.length)] = word();
    return words.join(' ');
  };

  /** Each edit: what it does to one line of the page. `unclear` items may be asked about. */
  const edits: Record<string, (page: Page, line: Line) => void> = {
    reword: (_, line) => {
      line.title = rewordedTitle(line.title);
    },
    changeCase: (_, line) => {
      line.title = `“${line.title.toUpperCase()}”`;
    },
    rename: (page, line) => {
      line.title = newTitle();
      page.unclear.add(line.truth);
    },
    describe: (_, line) => {
      line.description = sentence();
    },
    move: (page, line) => {
      const parent = page.lines.find(({ truth }) => truth === line.parent);
      const to = any(page.lines.filter((each) => each.level === parent?.level && each !== parent));
      if (!to) return;
      const family = familyOf(page, line);
      takeOut(page, family);
      line.parent = to.truth;
      putBelow(page, family, to);
      settleKeys(page);
    },
    reorder: (page, line) => {
      const parent = page.lines.find(({ truth }) => truth === line.parent);
      if (!parent) return;
      const family = familyOf(page, line);
      takeOut(page, family);
      putBelow(page, family, parent);
      settleKeys(page);
    },
    insert: (page, line) => {
      page.lines.splice(at(page, line), 0, newLine(page, line.level, line.parent));
      renumber(page);
    },
    remove: (page, line) => {
      const family = familyOf(page, line);
      if (family.length > page.lines.length / 2) return;
      takeOut(page, family);
      settleKeys(page);
    },
    copy: (page, line) => {
      const copy = { ...line, truth: ++truths, title: rewordedTitle(`${line.title} ${word()}`) };
      if (copy.title === line.title) page.unclear.add(copy.truth).add(line.truth);
      copies.set(copy.truth, line.truth);
      page.lines.splice(at(page, familyOf(page, line).at(-1) ?? line) + 1, 0, copy);
      settleKeys(page);
    },
    copyExactly: (page, line) => {
      const copy = { ...line, truth: ++truths };
      page.lines.splice(at(page, familyOf(page, line).at(-1) ?? line) + 1, 0, copy);
      page.unclear.add(copy.truth).add(line.truth);
      settleKeys(page);
    },
    reuse: (page, line) => {
      if (familyOf(page, line).length > 1) return;
      page.unclear.add(line.truth);
      const { key, localId } = line;
      const fresh = {
        ...newLine(page, line.level, line.parent),
        ...(key && { key }),
        ...(localId && { localId }),
      };
      page.lines[at(page, line)] = fresh;
      page.unclear.add(fresh.truth);
    },
    rekey: (page, line) => {
      if (page.keys === 'explicit') line.key = `${line.level[0]?.toUpperCase()}${100 + ++ids * 7}`;
    },
    rekeyAll: (page) => {
      if (page.keys !== 'explicit') return;
      for (const line of page.lines) line.key = `${line.level[0]?.toUpperCase()}${100 + ++ids * 7}`;
    },
    editorSave: (page) => {
      page.hasLocalIds = true;
      for (const line of page.lines) line.localId ??= `local-${++ids}`;
    },
    pasteAnew: (_, line) => {
      if (line.localId !== undefined) line.localId = `local-${++ids}`;
    },
    swapTitles: (page, line) => {
      const other = any(page.lines.filter(({ level }) => level === line.level)) ?? line;
      [line.title, other.title] = [other.title, line.title];
      for (const { truth } of [...familyOf(page, line), ...familyOf(page, other)]) page.unclear.add(truth);
    },
    wrap: (page, line) => {
      if (line.level !== 'feature' || line.parent !== 0) return;
      const epic = newLine(page, 'epic', 0);
      for (const each of page.lines)
        if (each.level === 'feature' && each.parent === 0) each.parent = epic.truth;
      page.lines.unshift(epic);
      renumber(page);
    },
  };
  const names = Object.keys(edits);
  const edit = (page: Page): string => {
    const name = any(names) ?? '';
    const line = any(page.lines);
    if (!line) return name;
    // A copy beside an original that is edited as well could be either.
    const touched = name === 'remove' ? familyOf(page, line) : [line];
    for (const { truth } of touched)
      for (const [copy, original] of copies)
        if (copy === truth || original === truth) page.unclear.add(copy).add(original);
    edits[name]?.(page, line);
    return name;
  };
  /** Some edits at once, between two readings. */
  const editSome = (page: Page): string[] => {
    copies.clear();
    page.unclear = new Set();
    const twins = Map.groupBy(
      page.lines,
      ({ level, parent, title }) => `${level} ${parent} ${titleNorm(title)}`,
    );
    const done = Array.from({ length: 1 + below(3) }, () => edit(page));
    for (const [, group] of twins)
      if (group.length > 1) for (const { truth } of group) page.unclear.add(truth);
    return done;
  };
  return { newPage, editSome };
};
