/* Makes photographs small enough for a corridor's network: upright, 2048 dots on the longer side, 700 kB at most. */
const LONGEST_SIDE = 2048;
const LARGEST = 690_000; // bytes
const TAKEN = ["image/jpeg", "image/png", "image/webp"]; // of what a browser can read, by the office
const QUALITIES = [0.82, 0.72, 0.6, 0.45];

export async function shrunk(file) {
  const image = await decoded(file);
  if (!image) return file; // of a kind that this browser cannot read: the original goes
  const scale = Math.min(1, LONGEST_SIDE / Math.max(image.naturalWidth, image.naturalHeight));
  let small = null;
  for (const smaller of [1, 0.75, 0.5]) {
    const canvas = drawn(image, scale * smaller);
    for (const quality of QUALITIES) {
      small = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
      if (!small || small.size <= LARGEST) break;
    }
    if (!small || small.size <= LARGEST) break;
  }
  URL.revokeObjectURL(image.src);
  if (!small || (TAKEN.includes(file.type) && small.size >= file.size && file.size <= LARGEST)) return file;
  return new File([small], file.name.replace(/(\.\w+)?$/, ".jpg"), { type: "image/jpeg" });
}

async function decoded(file) {
  const image = new Image(); // turns what the camera has laid on its side
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    return image;
  } catch {
    URL.revokeObjectURL(image.src);
    return null;
  }
}

function drawn(image, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.naturalWidth * scale);
  canvas.height = Math.round(image.naturalHeight * scale);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}
