/* Writes what waits into one file that any browser opens: words and photographs, nothing that runs. */
export async function exported(title, entries, photosOf) {
  const page = document.implementation.createHTMLDocument(title);
  const meta = page.createElement("meta");
  meta.setAttribute("charset", "utf-8");
  page.head.prepend(meta);
  const add = (tag, text, parent = page.body) => parent.appendChild(Object.assign(page.createElement(tag), { textContent: text }));
  add("h1", title);
  for (const one of entries) {
    const words = one.words || {};
    add("h2", `${new Date(one.saved_at).toLocaleString()} ${words.organization_id || ""}`);
    const list = add("dl", "");
    for (const [name, value] of Object.entries(one.fields)) {
      add("dt", name, list);
      add("dd", words[name] || value, list);
    }
    for (const photo of await photosOf(one.client_id)) {
      const image = add("img", "");
      image.alt = photo.name;
      image.width = 800;
      image.src = await asAddress(new Blob([photo.content], { type: photo.type }));
    }
  }
  return new Blob(["<!doctype html>\n", page.documentElement.outerHTML], { type: "text/html" });
}

function asAddress(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

export function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
