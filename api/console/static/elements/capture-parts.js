/* Parts of the form of capture: its fields filled again, its photographs, its lines above. */
export const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

/* Put what was kept back into the fields, and open what hides some of it. */
export function fill(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    for (const field of form.querySelectorAll(`[name="${name}"]`)) {
      if (field.type === "radio") field.checked = field.value === value;
      else if (field.type !== "file") field.value = value;
    }
  }
  const isFilled = (field) => (field.type === "radio" ? field.checked && field.value : field.value);
  for (const fold of form.querySelectorAll("details")) if ([...fold.querySelectorAll("input, textarea")].some(isFilled)) fold.open = true;
}

export function picture(photo, words, remove) {
  const item = document.createElement("li"), image = new Image(), button = document.createElement("button");
  item.className = "photo";
  image.src = URL.createObjectURL(new Blob([photo.content], { type: photo.type }));
  image.alt = photo.name;
  Object.assign(button, { type: "button", className: "btn btn-outline-secondary", textContent: words });
  button.setAttribute("aria-label", `${words} ${photo.name}`);
  button.addEventListener("click", remove);
  item.append(image, button);
  return item;
}

/* A line above the form; each says its thing once. */
export function say(element, name, words, button) {
  const line = document.createElement("p");
  Object.assign(line, { className: "capture-note", textContent: words });
  line.dataset.note = name;
  line.setAttribute("role", name === "refused" ? "alert" : "status");
  if (button) {
    const act = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-outline-secondary", textContent: button.words });
    act.addEventListener("click", button.act);
    line.append(" ", act);
  }
  unsay(element, name);
  element.prepend(line);
  line.scrollIntoView({ block: "center" });
}

export function unsay(element, ...names) {
  for (const name of names) element.querySelectorAll(`[data-note=${name}]`).forEach((line) => line.remove());
}
