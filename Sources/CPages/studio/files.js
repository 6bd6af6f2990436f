// Files and folders that are dropped on the page: what they are, and where they are kept.

import { post, send } from "./server.js";

const mostFiles = 20_000, mostBytes = 256 << 20;
const isPicture = ({ path }) => /\.(jpe?g|png|webp)$/i.test(path);

/** All files of what was dropped, those in folders too, each with its path there. */
export async function gathered({ items, files }) {
  // Entries must be taken before anything is waited for.
  const entries = [...items].map(item => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...files].map(file => ({ path: file.name, file }));
  const found = [];
  const walk = async (entry, path) => {
    if (found.length > mostFiles) return;
    if (entry.isFile) found.push({ path, file: await new Promise((take, refuse) => entry.file(take, refuse)) });
    else {
      const reader = entry.createReader();
      // It gives a hundred at a time.
      for (;;) {
        const some = await new Promise((take, refuse) => reader.readEntries(take, refuse));
        if (!some.length) break;
        for (const one of some) if (!one.name.startsWith(".")) await walk(one, `${path}/${one.name}`);
      }
    }
  };
  for (const entry of entries) await walk(entry, entry.name);
  return found;
}

/** Files that were chosen, with their path where a folder was. */
export const chosen = input => [...input.files].map(file => ({ path: file.webkitRelativePath || file.name, file }));

/**
 * Keeps a folder of pictures, or a pair of IDX files, beside the runs.
 * @returns {path} as the data of a playground, and what was left out, in words.
 */
export async function kept(files, progress) {
  const pictures = files.filter(isPicture), idx = files.filter(({ path }) => /idx/i.test(path.split("/").at(-1)));
  const wanted = pictures.length ? pictures : idx.length === 2 ? idx : undefined;
  if (!wanted) throw new Error(`Expected a CSV file, a folder with a folder of pictures for each class, or a pair of IDX files, images and labels; found ${files.length === 1 ? files[0].path : `${files.length} other files`}.`);
  const bytes = wanted.reduce((sum, { file }) => sum + file.size, 0);
  if (wanted.length > mostFiles || bytes > mostBytes) throw new Error(`At most ${mostFiles.toLocaleString("en")} files of together ${mostBytes >> 20} MiB are kept; give larger ones by their path.`);
  const top = wanted[0].path.split("/"), name = pictures.length && top.length > 1 ? top[0] : wanted[0].path.split("/").at(-1).split(".")[0];
  if (pictures.length && pictures.some(({ path }) => path.split("/").length < 3)) throw new Error("Expected a folder that holds a folder of pictures for each class; found pictures without a class. The room Data can label them.");
  const set = (await post(`/api/data/sets?name=${encodeURIComponent(name)}`)).path, paths = [];
  for (const [place, { path, file }] of wanted.entries()) {
    progress(`${place + 1} of ${wanted.length} files`);
    const own = pictures.length ? path.split("/").slice(1).join("/") : path.split("/").at(-1);
    paths.push((await send(`/api/data/sets/file?set=${encodeURIComponent(set)}&name=${encodeURIComponent(own)}`, file, "application/octet-stream")).path);
  }
  const left = files.length - wanted.length;
  // The labels are the smaller one of the two.
  return { data: { path: pictures.length ? set : [...paths.keys()].sort((a, b) => wanted[b].file.size - wanted[a].file.size).map(place => paths[place]).join(":") }, left: left === 1 ? "One other file was left out." : left ? `${left} other files were left out.` : "" };
}
