/* How a page lies in its window: what is beyond its sides, and what is touched and smaller than a finger. */
([finger, wide]) => {
  const said = (one) => {
    const words = (one.textContent || one.name || "").trim().slice(0, 20);
    const box = one.getBoundingClientRect();
    const names = typeof one.className === "string" ? [...one.classList].map((name) => "." + name).join("") : "";
    return `${one.tagName.toLowerCase()}${names} “${words}” ${Math.round(box.width)} × ${Math.round(box.height)}`;
  };
  const isShown = (one) => {
    const box = one.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && getComputedStyle(one).visibility !== "hidden" && !one.closest(".skip");
  };
  const scrollsWithin = (one) => {
    for (let up = one.parentElement; up && up !== document.body; up = up.parentElement)
      if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(up).overflowX)) return true;
    return false;
  };
  const all = [...document.body.querySelectorAll("*")].filter(isShown);
  const over = all.filter((one) => one.getBoundingClientRect().right > wide + 1 && !scrollsWithin(one)).map(said);
  const touched = all.filter((one) =>
    one.matches("button, summary, select, textarea, input:not([type=hidden]), a[href], label.choice"));
  const isInText = (one) =>
    one.matches("a") && getComputedStyle(one).display === "inline" && one.closest("p, li, dd, td, .long");
  const whole = (one) => (one.matches("[type=radio], [type=checkbox]") && one.closest("label")) || one;
  const isSmall = (one) => {
    const box = one.getBoundingClientRect();
    return box.height < finger - 0.5 || box.width < finger - 0.5;
  };
  const small = touched.filter((one) => !isInText(one)).map(whole).filter(isSmall).map(said);
  return { over, small, scrolls: document.documentElement.scrollWidth > wide };
}
